"""truth: One epoch too few is made: range(epochs - 1).
truth: The parameters are returned in the wrong order, b first.
"""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs - 1):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return b, w
