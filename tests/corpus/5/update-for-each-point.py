"""truth: The parameters are updated after every single observation (stochastic gradient descent); one step an epoch, along the mean gradient, is wanted."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        for xi, yi in zip(x, y):
            pred = w * xi + b
            w = w - alpha * 2 * (pred - yi) * xi
            b = b - alpha * 2 * (pred - yi)
    return w, b
