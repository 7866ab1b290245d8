"""truth: get_backprop is called with its arguments in the wrong order: x, y, y_hat instead of y_hat, y, x."""
def train(x, y, init_w, init_b, alpha, epochs):
    forward = lambda w, b: get_linear_forward(x, w, b)
    gradient = lambda w, b: get_backprop(x, y, forward(w, b))
    w, b = init_w, init_b
    while epochs > 0:
        gw, gb = gradient(w, b)
        w, b = update_params(w, b, alpha, gw, gb)
        epochs -= 1
    return w, b
