def train(x, y, init_w, init_b, alpha, epochs):
    w = init_w
    b = init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        print("epoch", epoch, "loss", compute_mse_loss(y_hat, y))
        gradients = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, gradients[0], gradients[1])
    return w, b
