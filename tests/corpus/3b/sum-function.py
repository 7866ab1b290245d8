"""truth: The derivatives are summed, not averaged: the division by N is missing."""
def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y) * x
    db = 2 * (y_hat - y)
    return np.sum(dw), np.sum(db)
