"""truth: A dictionary is returned instead of two vectors in the order w, b."""
def get_backprop(y_hat, y, x):
    grads = {
        "dw": 2 * (y_hat - y) * x,
        "db": 2 * (y_hat - y),
    }
    return grads
