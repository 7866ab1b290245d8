def to_fahrenheit(celsius):
    return 9 / 5 * celsius + 32
