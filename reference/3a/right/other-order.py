def get_backprop(x, y, y_hat):
    return 2 * x * (y_hat - y), 2 * (y_hat - y)
