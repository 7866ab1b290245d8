"""truth: The parameters are kept in an array of whole numbers, so each new w and b loses its fraction."""
def train(x, y, init_w, init_b, alpha, epochs):
    p = np.array([init_w, init_b], dtype=int)
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, p[0], p[1])
        g = get_backprop(y_hat, y, x)
        p[0], p[1] = update_params(p[0], p[1], alpha, g[0], g[1])
    return p
