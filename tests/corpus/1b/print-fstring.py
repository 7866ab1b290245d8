"""truth: The loss is printed but not returned, so the function gives None."""
def compute_mse_loss(y_hat, y):
    mse = np.square(y_hat - y).mean()
    print(f"MSE wynosi {mse}")
