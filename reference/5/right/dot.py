def train(x, y, init_w, init_b, alpha, epochs):
    w, b, n = init_w, init_b, len(x)
    for epoch in range(epochs):
        error = np.dot(x, w) + b - y
        w -= alpha * 2 * np.dot(error, x) / n
        b -= alpha * 2 * np.dot(error, np.ones(n)) / n
        print(f"{epoch + 1}. MSE = {compute_mse_loss(get_linear_forward(x, w, b), y):.1f}")
    return w, b
