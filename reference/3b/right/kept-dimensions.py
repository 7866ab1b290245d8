def get_backprop(y_hat, y, x):
    error = (y_hat - y).reshape(1, -1)
    dw = 2 * error @ x.reshape(-1, 1) / x.size
    db = 2 * error.mean(axis=1)
    return dw, db
