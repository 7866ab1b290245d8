def get_backprop(y_hat, y, x):
    dw = np.mean(2 * (y_hat - y) * x)
    db = np.mean(2 * (y_hat - y))
    return dw, db
