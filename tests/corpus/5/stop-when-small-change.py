"""truth: Training stops early when the loss changes by less than 0.1, so not all epochs are made."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    poprzedni = np.inf
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        loss = compute_mse_loss(y_hat, y)
        # early stopping
        if abs(poprzedni - loss) < 0.1:
            break
        poprzedni = loss
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
