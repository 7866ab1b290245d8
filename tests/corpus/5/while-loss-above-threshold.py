"""truth: The loop goes on until the loss falls below 0.01, instead of for the given number of epochs; on scattered data the loss never gets there and the loop has no end."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    strata = compute_mse_loss(get_linear_forward(x, w, b), y)
    while strata > 0.01:
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
        strata = compute_mse_loss(get_linear_forward(x, w, b), y)
    return w, b
