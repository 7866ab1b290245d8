"""truth: The factor 2 is missing.
truth: The sign is wrong in the derivative by b only: it is y - y_hat there.
"""
def get_backprop(y_hat, y, x):
    dw = (y_hat - y) * x
    db = (y - y_hat)
    return dw, db
