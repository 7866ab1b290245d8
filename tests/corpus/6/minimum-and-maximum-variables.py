"""truth: The brackets are missing around both differences, so the division comes first: x - min/max - min."""
def normalize(x):
    minimum = np.min(x)
    maksimum = np.max(x)
    return x - minimum / maksimum - minimum
