"""truth: The sum is divided by 2N (the cost of another course), so the loss is half of the MSE."""
def compute_mse_loss(y_hat, y):
    m = y.shape[0]
    J = 1 / (2 * m) * np.sum((y_hat - y) ** 2)
    return J
