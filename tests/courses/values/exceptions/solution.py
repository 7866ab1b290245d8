def root(number):
    if number < 0:
        raise ValueError(f"{number} jest ujemna")
    return number**0.5
