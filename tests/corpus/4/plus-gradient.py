"""truth: The step goes up the gradient: the sign must be minus in both lines."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    w = w + alpha * w_gradient
    b = b + alpha * b_gradient
    return w, b
