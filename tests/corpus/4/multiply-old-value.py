"""truth: The old value is multiplied by the step instead of the step being subtracted from it.
truth: The new values are returned in the wrong order.
"""
def update_params(w, b, alpha, w_gradient, b_gradient):
    nowe_w = w * alpha * w_gradient
    nowe_b = b * alpha * b_gradient
    return nowe_b, nowe_w
