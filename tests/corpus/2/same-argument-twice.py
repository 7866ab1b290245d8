"""truth: The predictions are compared with themselves, so the loss is always 0; the second argument must be y."""
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_w, init_b)
    return compute_mse_loss(y_hat, y_hat)
