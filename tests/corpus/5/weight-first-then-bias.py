"""truth: The bias's gradient is computed with the already updated weight; both gradients must come from the same old parameters."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for _ in range(epochs):
        w = w - alpha * np.mean(2 * (w * x + b - y) * x)
        b = b - alpha * np.mean(2 * (w * x + b - y))
    return w, b
