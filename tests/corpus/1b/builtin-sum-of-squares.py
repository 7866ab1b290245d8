"""truth: The squared errors are summed but not divided by the number of observations."""
def compute_mse_loss(y_hat, y):
    return sum((p - q) ** 2 for p, q in zip(y_hat, y))
