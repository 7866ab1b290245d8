def train(x, y, init_w, init_b, alpha, epochs, verbose=True):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        w_gradient, b_gradient = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, w_gradient, b_gradient)
        if verbose:
            loss = compute_mse_loss(get_linear_forward(x, w, b), y)
            print(f"Epoka {epoch + 1}: błąd {loss:.4f}")
    return w, b
