"""truth: A number times a tuple isn't arithmetic: alpha * (w_gradient, b_gradient) raises TypeError. An array is needed, or each part by itself."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    stare = (w, b)
    gradient = (w_gradient, b_gradient)
    return np.subtract(stare, alpha * gradient)
