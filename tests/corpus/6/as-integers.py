"""truth: The scaled values are turned into whole numbers, so all but the largest become 0."""
def normalize(x):
    zakres = np.max(x) - np.min(x)
    znormalizowane = (x - np.min(x)) / zakres
    return znormalizowane.astype(int)
