"""truth: Nothing is averaged: the function still returns one derivative for each observation, as in 3a."""
def get_backprop(y_hat, y, x):
    dw = [2 * (p - t) * v for p, t, v in zip(y_hat, y, x)]
    db = [2 * (p - t) for p, t in zip(y_hat, y)]
    return np.array(dw), np.array(db)
