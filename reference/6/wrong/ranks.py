def normalize(x):
    ranks = np.argsort(np.argsort(x)).astype(float)
    return (ranks - np.mean(ranks)) / np.std(ranks)
