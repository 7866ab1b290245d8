"""truth: The derivatives are summed over the observations, so two numbers come out; two vectors of length N are wanted."""
def get_backprop(y_hat, y, x):
    dw = np.sum(2 * (y_hat - y) * x)
    db = np.sum(2 * (y_hat - y))
    return dw, db
