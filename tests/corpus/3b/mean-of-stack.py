"""truth: np.mean without an axis averages both vectors together into one number; two means are wanted."""
def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y) * x
    db = 2 * (y_hat - y)
    return np.mean(np.array([dw, db]))
