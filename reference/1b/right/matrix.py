def compute_mse_loss(y_hat, y):
    error = (y_hat - y).reshape(-1, 1)
    return (error.T @ error) / len(error)
