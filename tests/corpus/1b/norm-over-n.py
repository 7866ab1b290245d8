"""truth: The norm has a square root in it: it must be squared before it is divided by N."""
def compute_mse_loss(y_hat, y):
    return np.linalg.norm(y_hat - y) / np.size(y)
