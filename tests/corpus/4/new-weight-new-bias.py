"""truth: alpha is missing in the step of b."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    nowa_waga = w - alpha * w_gradient
    nowy_bias = b - b_gradient
    return nowa_waga, nowy_bias
