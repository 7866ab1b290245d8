"""truth: map gives an iterator, not a vector: it has no shape and can be read only once; list() or an array is needed."""
def normalize(x):
    m, s = np.mean(x), np.std(x)
    return map(lambda v: (v - m) / s, x)
