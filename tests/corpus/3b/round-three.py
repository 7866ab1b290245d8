"""truth: The means are rounded to three decimal places; the exact numbers are wanted."""
def get_backprop(y_hat, y, x):
    dw = np.mean(2 * (y_hat - y) * x)
    db = np.mean(2 * (y_hat - y))
    return round(dw, 3), round(db, 3)
