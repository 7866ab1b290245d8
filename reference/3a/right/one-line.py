get_backprop = lambda y_hat, y, x: (2 * (y_hat - y) * x, 2 * (y_hat - y))
