def powers(base):
    power = 1
    while True:
        yield power
        power *= base
