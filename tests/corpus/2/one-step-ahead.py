"""truth: A step of gradient descent is made before the loss is computed, so it is not the loss at the starting parameters."""
def train(x, y, init_w, init_b):
    lr = 0.0001
    y_hat = get_linear_forward(x, init_w, init_b)
    w = init_w - lr * np.mean(2 * (y_hat - y) * x)
    b = init_b - lr * np.mean(2 * (y_hat - y))
    y_hat = get_linear_forward(x, w, b)
    return compute_mse_loss(y_hat, y)
