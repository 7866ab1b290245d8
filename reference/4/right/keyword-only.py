def update_params(w, b, *, alpha, w_gradient, b_gradient):
    parameters = []
    for value, gradient in [(w, w_gradient), (b, b_gradient)]:
        parameters.append(value - alpha * gradient)
    return parameters
