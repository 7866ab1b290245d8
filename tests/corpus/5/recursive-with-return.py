"""truth: The recursive call passes epochs unchanged, so the recursion never comes to its end: RecursionError."""
def train(x, y, init_w, init_b, alpha, epochs):
    if epochs == 0:
        return init_w, init_b
    y_hat = get_linear_forward(x, init_w, init_b)
    dw, db = get_backprop(y_hat, y, x)
    w, b = update_params(init_w, init_b, alpha, dw, db)
    return train(x, y, w, b, alpha, epochs)
