"""truth: The function throws away the y_hat it is given and computes predictions anew from the notebook's x with 3 and 2."""
def compute_mse_loss(y_hat, y):
    y_hat = get_linear_forward(x, 3, 2)
    return np.mean((y_hat - y) ** 2)
