"""truth: The return is indented into the loop, so training ends after the first epoch."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for i in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        w_gradient, b_gradient = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, w_gradient, b_gradient)
        print(compute_mse_loss(y_hat, y))
        return w, b
