"""truth: The differences are taken from the maximum, so the scale is turned round: the largest value becomes 0 and the smallest 1."""
def normalize(x):
    zakres = x.max() - x.min()
    return (x.max() - x) / zakres
