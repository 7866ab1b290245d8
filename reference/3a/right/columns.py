def get_backprop(y_hat, y, x):
    error = (y_hat - y).reshape(-1, 1)
    return 2 * error * x.reshape(-1, 1), 2 * error
