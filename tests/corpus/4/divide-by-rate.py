"""truth: The gradient is divided by alpha instead of multiplied, so a smaller learning rate makes larger steps."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    w = w - w_gradient / alpha
    b = b - b_gradient / alpha
    return w, b
