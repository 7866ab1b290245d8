def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    print("start:", compute_mse_loss(get_linear_forward(x, w, b), y))
    for epoch in range(epochs):
        error = get_linear_forward(x, w, b) - y
        w, b = w - alpha * 2 * np.mean(error * x), b - alpha * 2 * np.mean(error)
        print("%d\t%.4f" % (epoch + 1, compute_mse_loss(get_linear_forward(x, w, b), y)))
    return w, b
