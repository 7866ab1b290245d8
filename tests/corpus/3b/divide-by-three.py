"""truth: The sums are divided by 3, the length of the example in the asserts, instead of by the number of observations."""
def get_backprop(y_hat, y, x):
    dw = np.sum(2 * (y_hat - y) * x) / 3
    db = np.sum(2 * (y_hat - y)) / 3
    return dw, db
