def train(x, y, w, b):
    design = np.stack([x, np.ones_like(x)], axis=1)
    error = design @ np.array([[w], [b]]) - y.reshape(-1, 1)
    return np.mean(error**2)
