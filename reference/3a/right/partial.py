from functools import partial


def gradient(y_hat, y, x, scale):
    error = scale * (y_hat - y)
    return error * x, error


get_backprop = partial(gradient, scale=2)
