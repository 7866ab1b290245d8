"""truth: Counting from 0 with <= makes one epoch too many."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    licznik = 0
    while licznik <= epochs:
        y_hat = get_linear_forward(x, w, b)
        gradient = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, gradient[0], gradient[1])
        licznik += 1
    return w, b
