"""truth: A square root is taken of the mean: this is RMSE, not MSE."""
def compute_mse_loss(y_hat, y):
    kwadraty = np.power(np.subtract(y_hat, y), 2)
    srednia = np.mean(kwadraty)
    return np.sqrt(srednia)
