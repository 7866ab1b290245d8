"""truth: w and b are global and are not set from init_w and init_b: the first call ignores the given start and each later call goes on where the last one stopped."""
w = 0.1
b = 0

def train(x, y, init_w, init_b, alpha, epochs):
    global w, b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
