"""truth: The absolute value is taken at the end, so values below the mean become positive: the mean isn't 0, and the order is lost."""
def normalize(x):
    z = (x - np.mean(x)) / np.std(x)
    return np.abs(z)
