"""truth: get_linear_forward returns one vector of predictions, not a pair: unpacking it into w and b raises ValueError."""
def train(x, y, init_w, init_b):
    w, b = get_linear_forward(x, init_w, init_b)
    y_hat = w * x + b
    return compute_mse_loss(y_hat, y)
