def update_parameters(w_current, b_current, alpha, w_gradient, b_gradient):
    w_new = w_current - alpha * w_gradient
    b_new = b_current - alpha * b_gradient
    return [w_new, b_new]
