def normalize(x):
    x = x.reshape(-1, 1)
    return (x - x.mean(axis=0)) / x.std(axis=0)
