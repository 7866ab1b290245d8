"""truth: x is scaled to [0, 1] inside train, so the parameters belong to the scaled data and not to the given x."""
def train(x, y, init_w, init_b, alpha, epochs):
    x = (x - x.min()) / (x.max() - x.min())  # inaczej wychodzi nan
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
