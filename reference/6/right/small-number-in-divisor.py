def normalize(x, eps=1e-8):
    return (x - np.mean(x)) / (np.std(x) + eps)
