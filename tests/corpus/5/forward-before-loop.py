"""truth: The predictions and the gradient are computed once before the loop; they must be computed anew in every epoch, with the current w and b."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    y_hat = get_linear_forward(x, w, b)
    dw, db = get_backprop(y_hat, y, x)
    for _ in range(epochs):
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
