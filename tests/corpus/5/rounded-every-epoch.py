"""truth: w and b are rounded to three decimal places after every epoch, so the small steps of training get lost."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
        w, b = round(w, 3), round(b, 3)
    return w, b
