"""truth: The values are scaled to [-1, 1]; [0, 1] is wanted (or mean 0 and deviation 1)."""
def normalize(x):
    x01 = (x - np.min(x)) / (np.max(x) - np.min(x))
    return 2 * x01 - 1
