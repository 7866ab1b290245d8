"""truth: mean_squared_error was copied from sklearn but never imported, so NameError is raised."""
def compute_mse_loss(y_hat, y):
    loss = mean_squared_error(y, y_hat)
    return loss
