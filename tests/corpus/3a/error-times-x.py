"""truth: The factor 2 from the derivative of the square is missing in both derivatives."""
def get_backprop(y_hat, y, x):
    dw = (y_hat - y) * x
    db = y_hat - y
    return dw, db
