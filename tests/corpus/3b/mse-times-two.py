"""truth: The square stays: 2 times the squared error is averaged, instead of 2 times the error."""
def get_backprop(y_hat, y, x):
    mse = (y_hat - y) ** 2
    return np.mean(2 * mse * x), np.mean(2 * mse)
