"""truth: The loss is used in place of the gradient: get_backprop is never called."""
def train(x, y, init_w, init_b, alpha, epochs):
    nowe = [init_w, init_b]
    for epoka in range(epochs):
        blad = compute_mse_loss(get_linear_forward(x, nowe[0], nowe[1]), y)
        # idziemy w strone mniejszego bledu
        nowe = [p - alpha * blad for p in nowe]
    return nowe[0], nowe[1]
