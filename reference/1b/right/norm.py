def compute_mse_loss(y_hat, y):
    return np.linalg.norm(y_hat - y) ** 2 / y.shape[0]
