def update_params(w, b, alpha, w_gradient, b_gradient):
    parameters = np.array([[w], [b]], dtype=float)
    parameters -= alpha * np.array([[w_gradient], [b_gradient]])
    return parameters
