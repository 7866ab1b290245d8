def normalize(x):
    return np.argsort(np.argsort(x)) / (len(x) - 1)
