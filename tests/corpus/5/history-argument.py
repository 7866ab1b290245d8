"""truth: The default list historia is shared by all calls, so a second call reads the entries of the first one."""
def train(x, y, init_w, init_b, alpha, epochs, historia=[]):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
        historia.append((w, b))
    return historia[epochs - 1]
