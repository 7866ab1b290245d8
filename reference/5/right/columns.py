def train(x, y, init_w, init_b, alpha, epochs):
    x, y = x.reshape(-1, 1), y.reshape(-1, 1)
    w, b = np.array([[init_w]], dtype=float), np.array([[init_b]], dtype=float)
    for epoch in range(epochs):
        error = x @ w + b - y
        w = w - alpha * 2 * x.T @ error / len(x)
        b = b - alpha * 2 * error.mean(axis=0, keepdims=True)
        print(epoch, ((x @ w + b - y) ** 2).mean())
    return w, b
