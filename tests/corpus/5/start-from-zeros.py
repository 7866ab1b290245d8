"""truth: Training starts from zeros, and the given init_w and init_b are ignored."""
def train(x, y, init_w, init_b, alpha, epochs):
    params = np.zeros(2)
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, params[0], params[1])
        grad = get_backprop(y_hat, y, x)
        params = np.array(update_params(*params, alpha, *grad))
    return params
