"""truth: The gradient is a pair and is passed as one argument, so update_params lacks its last argument: TypeError. Unpack it first."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        gradient = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, gradient)
    return w, b
