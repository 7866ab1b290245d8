"""truth: b is updated with the gradient of w (the line was copied and not changed)."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    w -= alpha * w_gradient
    b -= alpha * w_gradient
    return w, b
