"""truth: The mean is missing: a vector of squared errors is returned instead of one number."""
def compute_mse_loss(y_hat, y):
    # hint: np.power
    mse = np.power(y_hat - y, 2)
    return mse
