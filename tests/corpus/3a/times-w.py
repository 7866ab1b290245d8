"""truth: The derivative by w is multiplied by w, a name that does not exist here (NameError); the inner derivative of w*x + b by w is x."""
def get_backprop(y_hat, y, x):
    grad_w = 2 * (y_hat - y) * w
    grad_b = 2 * (y_hat - y)
    return grad_w, grad_b
