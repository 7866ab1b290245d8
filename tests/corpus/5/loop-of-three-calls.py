"""truth: w and b are used in the first epoch before they have a value, so UnboundLocalError is raised; they must be set to init_w and init_b before the loop."""
def train(x, y, init_w, init_b, alpha, epochs):
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
