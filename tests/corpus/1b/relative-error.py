"""truth: The error is divided by y before squaring: this is a relative error, not the MSE."""
def compute_mse_loss(y_hat, y):
    blad_wzgledny = (y_hat - y) / y
    return np.mean(blad_wzgledny ** 2)
