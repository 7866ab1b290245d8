"""truth: np.var subtracts the mean of the errors before squaring, so a constant error counts as nothing; MSE squares the errors as they are."""
def compute_mse_loss(y_hat, y):
    reszty = y_hat - y
    return np.var(reszty)
