def update_params(w, b, alpha, w_gradient, b_gradient):
    step = np.array([1, -alpha])
    return np.dot(step, [w, w_gradient]), np.dot(step, [b, b_gradient])
