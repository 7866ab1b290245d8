"""truth: get_linear_forward is not called (no brackets with arguments): y_hat is the function itself, and subtracting y from it raises TypeError."""
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward
    return compute_mse_loss(y_hat, y)
