def update_params(w, b, alpha, w_gradient, b_gradient):
    new_w = w - alpha * w_gradient
    new_b = b - alpha * b_gradient
    return new_w, new_b
