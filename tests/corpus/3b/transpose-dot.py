"""truth: The derivative by b is summed but not divided by m; only the one by w is."""
def get_backprop(y_hat, y, x):
    m = x.shape[0]
    dz = 2 * (y_hat - y)
    dw = np.dot(x.T, dz) / m
    db = np.sum(dz)
    return dw, db
