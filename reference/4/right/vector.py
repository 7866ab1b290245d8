def update_params(w, b, alpha, w_gradient, b_gradient):
    return np.array([w, b]) - alpha * np.array([w_gradient, b_gradient])
