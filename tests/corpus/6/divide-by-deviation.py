"""truth: The mean is not subtracted: x is only divided by its standard deviation."""
def normalize(x):
    return x / np.std(x)
