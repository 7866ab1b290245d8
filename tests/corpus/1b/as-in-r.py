"""truth: The sum is divided by N - 1 as in a sample variance, instead of by N."""
def compute_mse_loss(y_hat, y):
    # jak w R
    n = len(y)
    return np.sum((y_hat - y)**2) / (n - 1)
