"""truth: The brackets around x - mean are missing, so only the mean is divided by the standard deviation."""
def normalize(x):
    return x - np.mean(x) / np.std(x)
