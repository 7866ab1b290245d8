"""truth: The result of get_backprop is unpacked in the wrong order, so w is updated with the gradient of b and b with that of w."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    historia = []
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        historia.append(compute_mse_loss(y_hat, y))
        db, dw = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
