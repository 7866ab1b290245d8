"""truth: The brackets after mean are missing, so the method itself is returned instead of the number."""
def compute_mse_loss(y_hat, y):
    kwadraty = (y_hat - y) ** 2
    return kwadraty.mean
