"""truth: Only the inner derivative of w*x + b is returned (x and 1); the outer derivative 2(y_hat - y) is missing from the chain rule."""
def get_backprop(y_hat, y, x):
    # (wx + b)' po w = x,  (wx + b)' po b = 1
    po_w = x
    po_b = np.ones(len(x))
    return po_w, po_b
