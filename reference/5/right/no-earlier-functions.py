def train(x, y, weight, bias, lr, n_epochs):
    n = len(x)
    for i in range(1, n_epochs + 1):
        error = weight * x + bias - y
        weight = weight - lr * 2 / n * np.sum(error * x)
        bias = bias - lr * 2 / n * np.sum(error)
        print(f"Epoch {i}/{n_epochs}: loss={np.mean((weight * x + bias - y) ** 2):.2f}")
    return [weight, bias]
