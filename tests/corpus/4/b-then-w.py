"""truth: The new values are returned in the wrong order: b first, then w."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    w_new = w - alpha * w_gradient
    b_new = b - alpha * b_gradient
    return b_new, w_new
