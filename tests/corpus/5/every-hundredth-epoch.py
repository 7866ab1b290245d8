"""truth: The update stands inside the if that is meant for printing, so the parameters change only in every hundredth epoch."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        if epoch % 100 == 0:
            print(epoch, compute_mse_loss(y_hat, y))
            w, b = update_params(w, b, alpha, dw, db)
    return w, b
