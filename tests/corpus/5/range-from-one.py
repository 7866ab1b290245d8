"""truth: range(1, epochs) makes one epoch too few."""
def train(x, y, init_w, init_b, alpha, epochs):
    w = init_w
    b = init_b
    for epoka in range(1, epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
        print("epoka", epoka, compute_mse_loss(get_linear_forward(x, w, b), y))
    return w, b
