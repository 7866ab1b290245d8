"""truth: The new bias is computed from w instead of from b."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    new_w = w - alpha * w_gradient
    new_b = w - alpha * b_gradient
    return new_w, new_b
