def loss_derivative(y_hat, y):
    return 2 * (y_hat - y)


def linear_derivative(x):
    return x, np.ones_like(x)


def get_backprop(y_hat, y, x):
    outer = loss_derivative(y_hat, y)
    return tuple(outer * inner for inner in linear_derivative(x))
