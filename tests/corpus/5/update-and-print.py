"""truth: The result of update_params isn't stored, so w and b never change."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        update_params(w, b, alpha, dw, db)
        print(f'Epoka {epoch}: loss = {compute_mse_loss(y_hat, y)}')
    return w, b
