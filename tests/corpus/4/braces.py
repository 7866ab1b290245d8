"""truth: Curly brackets make a set, which has no order and can't be indexed; a pair (w, b) is wanted."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    return {w - alpha * w_gradient, b - alpha * b_gradient}
