def twice(f, x):
    for _ in range(2):
        x = f(x)
    return x
