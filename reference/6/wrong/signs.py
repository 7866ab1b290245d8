def normalize(x):
    return np.sign(x - np.mean(x))
