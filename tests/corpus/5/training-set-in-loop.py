"""truth: The loop trains on the notebook's x_train and y_train instead of on the given x and y."""
def train(x, y, init_w, init_b, alpha, epochs):
    w = init_w
    b = init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x_train, w, b)
        dw, db = get_backprop(y_hat, y_train, x_train)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
