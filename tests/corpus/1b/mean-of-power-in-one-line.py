"""truth: A bracket closes too early: the 2 goes to np.mean (as its axis) and np.power gets one argument only, so TypeError is raised."""
def compute_mse_loss(y_hat, y):
    return np.mean(np.power(y_hat - y), 2)
