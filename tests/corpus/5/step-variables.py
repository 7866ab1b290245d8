"""truth: The gradient is multiplied by alpha before update_params, which multiplies by alpha once more, so the steps are too short."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        krok_w = alpha * dw
        krok_b = alpha * db
        w, b = update_params(w, b, alpha, krok_w, krok_b)
    return w, b
