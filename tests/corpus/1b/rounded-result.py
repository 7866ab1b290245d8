"""truth: The loss is rounded to two decimal places; the exact number is wanted."""
def compute_mse_loss(y_hat, y):
    mse = np.mean(np.power(y_hat - y, 2))
    return round(mse, 2)
