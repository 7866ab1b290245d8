def train(x, y, init_w=0.5, init_b=0, alpha=0.0001, epochs=1000, verbose=True):
    w, b = init_w, init_b
    history = []
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
        history.append(float(compute_mse_loss(get_linear_forward(x, w, b), y)))
    if verbose:
        print(history)
    return w, b
