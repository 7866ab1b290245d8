"""truth: The two vectors are glued into one of length 2N instead of being returned as two."""
def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y) * x
    db = 2 * (y_hat - y)
    return np.concatenate((dw, db))
