"""truth: alpha is set to 0.1 inside the function, so the given learning rate is ignored."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    alpha = 0.1
    w_new = w - alpha * w_gradient
    b_new = b - alpha * b_gradient
    return (w_new, b_new)
