def compute_mse_loss(y_hat, y):
    return np.mean(np.power(y_hat - y, 2))
