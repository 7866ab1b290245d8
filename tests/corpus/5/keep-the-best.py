"""truth: The best loss starts at 0, which no loss can beat, so the best parameters are never replaced and the starting ones are returned."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    best_loss = 0
    best_w, best_b = w, b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
        loss = compute_mse_loss(get_linear_forward(x, w, b), y)
        if loss < best_loss:
            best_loss = loss
            best_w, best_b = w, b
    return best_w, best_b
