"""truth: The brackets are in the wrong place: (w - alpha)*gradient instead of w - alpha*gradient."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    return (w - alpha) * w_gradient, (b - alpha) * b_gradient
