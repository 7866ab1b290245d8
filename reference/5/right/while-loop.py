def train(x, y, init_w, init_b, alpha, epochs):
    w, b, epoch = init_w, init_b, 0
    while epoch < epochs:
        dw, db = get_backprop(get_linear_forward(x, w, b), y, x)
        w, b = update_params(w, b, alpha, dw, db)
        epoch += 1
        print(round(compute_mse_loss(get_linear_forward(x, w, b), y), 3))
    return np.array([w, b])
