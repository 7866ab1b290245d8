"""truth: The counter is never increased, so the while loop runs without end."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    epoka = 0
    while epoka < epochs:
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
