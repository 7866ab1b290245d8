"""truth: The result of the recursive call is not returned, so train gives None whenever there is an epoch to make."""
def train(x, y, init_w, init_b, alpha, epochs):
    if epochs == 0:
        return init_w, init_b
    y_hat = get_linear_forward(x, init_w, init_b)
    dw, db = get_backprop(y_hat, y, x)
    w, b = update_params(init_w, init_b, alpha, dw, db)
    train(x, y, w, b, alpha, epochs - 1)
