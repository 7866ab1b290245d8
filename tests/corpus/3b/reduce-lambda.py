"""truth: reduce has no starting value 0, so the first element comes in as it is, a pair, and adding a number to it raises TypeError."""
from functools import reduce

def get_backprop(y_hat, y, x):
    pary = list(zip(y_hat - y, x))
    suma_w = reduce(lambda acc, p: acc + 2 * p[0] * p[1], pary)
    suma_b = reduce(lambda acc, p: acc + 2 * p[0], pary)
    return suma_w / len(pary), suma_b / len(pary)
