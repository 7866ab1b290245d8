def update_params(w, b, alpha=0.1, w_gradient=0.0, b_gradient=0.0, verbose=False):
    new_w = np.array(w - alpha * w_gradient)
    new_b = np.array(b - alpha * b_gradient)
    if verbose:
        print(new_w, new_b)
    return new_w, new_b
