"""truth: The result of update_params is unpacked in the wrong order (b, w), so weight and bias change places in every epoch."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        b, w = update_params(w, b, alpha, dw, db)
    return w, b
