"""truth: The list holds the start at index 0, so the result after all epochs is historia[epochs]; historia[epochs - 1] is one epoch behind."""
def train(x, y, init_w, init_b, alpha, epochs):
    historia = [(init_w, init_b)]
    for i in range(epochs):
        w, b = historia[i]
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        historia.append(update_params(w, b, alpha, dw, db))
    return historia[epochs - 1]
