"""truth: The weight and the bias change places in the call of get_linear_forward."""
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_b, init_w)
    return compute_mse_loss(y_hat, y)
