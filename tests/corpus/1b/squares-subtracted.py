"""truth: Both vectors are squared first and then subtracted; the difference of squares is not the square of the difference."""
def compute_mse_loss(y_hat, y):
    a = np.power(y_hat, 2)
    c = np.power(y, 2)
    return np.mean(a - c)
