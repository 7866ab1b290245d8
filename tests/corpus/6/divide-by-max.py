"""truth: x is only divided by its maximum, so the smallest value doesn't become 0 unless it was 0 before."""
def normalize(x):
    maks = max(x)
    return np.array([v / maks for v in x])
