"""truth: The difference is the wrong way round, y - y_hat, so both means have the wrong sign."""
def get_backprop(y_hat, y, x):
    grad = [0.0, 0.0]
    for i, xi in enumerate(x):
        reszta = y[i] - y_hat[i]
        grad[0] += 2 * reszta * xi / len(x)
        grad[1] += 2 * reszta / len(x)
    return grad
