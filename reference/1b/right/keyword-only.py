def compute_mse_loss(*, y_hat, y):
    difference = y_hat.astype(float)
    difference -= y
    difference *= difference
    return difference.sum() / len(difference)
