"""truth: The division by N is done twice: np.mean has already divided."""
def get_backprop(y_hat, y, x):
    N = len(x)
    dw = np.mean(2 * (y_hat - y) * x) / N
    db = np.mean(2 * (y_hat - y)) / N
    return dw, db
