"""truth: 0,1 with a comma is the pair (0, 1), not a number, and a pair times a number raises TypeError.
truth: The learning rate is set inside the function, so the given alpha is ignored.
"""
def update_params(w, b, alpha, w_gradient, b_gradient):
    alpha = 0,1
    w = w - alpha * w_gradient
    b = b - alpha * b_gradient
    return w, b
