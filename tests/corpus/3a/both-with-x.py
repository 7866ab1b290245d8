"""truth: The derivative by b is multiplied by x as well (copied from the line above); the inner derivative by b is 1."""
def get_backprop(y_hat, y, x):
    pochodna_w = 2*(y_hat-y)*x
    pochodna_b = 2*(y_hat-y)*x
    return pochodna_w, pochodna_b
