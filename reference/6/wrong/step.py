def normalize(x):
    return (x > np.mean(x)).astype(float)
