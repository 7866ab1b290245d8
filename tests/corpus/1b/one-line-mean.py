"""truth: The brackets are missing: only y is squared, so y_hat - y**2 is averaged."""
def compute_mse_loss(y_hat, y):
    return np.mean(y_hat - y**2)
