"""truth: Two methods are mixed: the mean is subtracted but the division is by max - min, so neither the deviation is 1 nor the range [0, 1]."""
def normalize(x):
    return (x - x.mean()) / (x.max() - x.min())
