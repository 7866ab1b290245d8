def update_params(w, w_gradient, b, b_gradient, lr):
    w = w + (-lr) * w_gradient
    b = b + (-lr) * b_gradient
    return w, b
