"""truth: The number of epochs is fixed at 10 inside the function, so the given epochs is ignored."""
def train(x, y, init_w, init_b, alpha, epochs):
    epochs = 10
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return [w, b]
