"""truth: Only the derivative by w is returned; the one by b is missing."""
def get_backprop(y_hat, y, x):
    gradient = 2 * (y_hat - y) * x
    return gradient
