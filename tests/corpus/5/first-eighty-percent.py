"""truth: Predictions are made on the training part only but compared with all of y, so the lengths differ and ValueError is raised; no split is wanted here, all observations should be used."""
def train(x, y, init_w, init_b, alpha, epochs):
    n = int(0.8 * len(x))
    x_tr = x[:n]
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x_tr, w, b)
        dw, db = get_backprop(y_hat, y, x_tr)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
