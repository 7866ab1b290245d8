def normalize(x):
    return np.interp(x, (x.min(), x.max()), (0, 1))
