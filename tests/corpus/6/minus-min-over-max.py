"""truth: The difference x - min is divided by max instead of by max - min, so the largest value doesn't become 1."""
def normalize(x):
    x_min, x_max = x.min(), x.max()
    return (x - x_min) / x_max
