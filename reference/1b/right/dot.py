def compute_mse_loss(predictions, target):
    error = predictions - target
    return np.dot(error, error) / error.size
