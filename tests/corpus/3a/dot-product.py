"""truth: np.dot sums over the observations, so the derivative by w is one number instead of a vector of N."""
def get_backprop(y_hat, y, x):
    delta = 2 * (y_hat - y)
    dw = np.dot(delta, x)
    db = delta
    return dw, db
