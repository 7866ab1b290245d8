"""truth: Only the first two observations (a batch) are used in each epoch, instead of all of them."""
BATCH = 2

def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        xb, yb = x[:BATCH], y[:BATCH]
        y_hat = get_linear_forward(xb, w, b)
        dw, db = get_backprop(y_hat, yb, xb)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
