"""truth: The function returns the pair of predictions and loss; one number, the loss, is wanted."""
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_w, init_b)
    loss = compute_mse_loss(y_hat, y)
    return y_hat, loss
