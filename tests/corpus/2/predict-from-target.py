"""truth: x and y change places: predictions are made from y and compared with x."""
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(y, init_w, init_b)
    return compute_mse_loss(y_hat, x)
