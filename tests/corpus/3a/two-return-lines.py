"""truth: The second return is never reached: the function ends at the first one, with the derivative by w only."""
def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y) * x
    db = 2 * (y_hat - y)
    return dw
    return db
