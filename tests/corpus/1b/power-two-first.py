"""truth: The arguments of np.power are the wrong way round: it computes 2 to the power of the error, not the error squared."""
def compute_mse_loss(y_hat, y):
    return np.power(2, y_hat - y).mean()
