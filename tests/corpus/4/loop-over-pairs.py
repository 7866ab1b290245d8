"""truth: Assigning to the loop variable p does not change the list, so the old w and b are returned."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    params = [w, b]
    grads = [w_gradient, b_gradient]
    for p, g in zip(params, grads):
        p = p - alpha * g
    return params
