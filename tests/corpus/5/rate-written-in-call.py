"""truth: The learning rate is written as 0.1 in the call of update_params, so the given alpha is ignored."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        grad_w, grad_b = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, 0.1, grad_w, grad_b)
    return w, b
