"""truth: This is a softmax, which makes probabilities that add up to 1; it doesn't rescale to mean 0 and deviation 1 or to [0, 1]."""
def normalize(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)
