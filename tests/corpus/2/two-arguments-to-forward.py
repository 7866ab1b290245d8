"""truth: The call of get_linear_forward lacks the bias, its third argument, so TypeError is raised."""
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_w)
    y_hat = y_hat + init_b
    return compute_mse_loss(y_hat, y)
