"""truth: The mean is taken before squaring, so errors of opposite sign cancel out: the square of the mean error is not the mean squared error."""
def compute_mse_loss(y_hat, y):
    return np.mean(y_hat - y) ** 2
