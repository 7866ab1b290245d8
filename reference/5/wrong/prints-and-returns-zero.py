def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        error = w * x + b - y
        w, b = w - alpha * np.mean(2 * error * x), b - alpha * np.mean(2 * error)
        print(np.mean((w * x + b - y) ** 2))
    return 0
