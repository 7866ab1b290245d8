"""truth: Only the steps are returned; they are not subtracted from the old w and b."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    krok_w = alpha * w_gradient
    krok_b = alpha * b_gradient
    return krok_w, krok_b
