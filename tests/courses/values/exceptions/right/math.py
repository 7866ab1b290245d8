import math


def root(number):
    if number < 0:
        raise ValueError("nie: " + str(number))
    return math.sqrt(number)
