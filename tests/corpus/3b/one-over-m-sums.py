"""truth: The factor 2 from the derivative of the square is missing in both means."""
def get_backprop(y_hat, y, x):
    m = len(y)
    dw = (1 / m) * np.sum((y_hat - y) * x)
    db = (1 / m) * np.sum(y_hat - y)
    return dw, db
