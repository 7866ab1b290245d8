"""truth: np.array([w, b]) is an array of whole numbers when w and b are; -= can't store fractions in it and raises a casting error."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    params = np.array([w, b])
    grads = np.array([w_gradient, b_gradient])
    params -= alpha * grads
    return params
