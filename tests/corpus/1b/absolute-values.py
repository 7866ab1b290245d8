"""truth: The absolute error is averaged instead of the squared error (MAE, not MSE)."""
def compute_mse_loss(y_hat, y):
    roznica = np.abs(y_hat - y)
    return np.mean(roznica)
