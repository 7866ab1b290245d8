"""truth: =- is not -=: w =- step throws the old value away and stores the negative step."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    w =- alpha * w_gradient
    b =- alpha * b_gradient
    return w, b
