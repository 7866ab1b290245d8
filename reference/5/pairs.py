"""The solution with a switch for each mistake that people make together with another."""


def train(x, y, init_w, init_b, alpha, epochs, made):
    if "fixed-learning-rate" in made:
        alpha = 0.1
    elif "fixed-small-learning-rate" in made:
        alpha = 0.01
    elif "fixed-tiny-learning-rate" in made:
        alpha = 0.0001
    sign = -1 if "uphill" in made else 1
    if "one-epoch-only" in made:
        epochs = 1
    elif "one-epoch-too-few" in made:
        epochs -= 1
    elif "one-epoch-too-many" in made:
        epochs += 1
    average = np.sum if "sum-not-mean" in made else np.mean
    w, b = init_w, init_b
    for epoch in range(epochs):
        errors = 2 * (get_linear_forward(x, w, b) - y)
        new_w = w - sign * alpha * average(errors * x)
        if "b-from-new-w" in made:
            errors = 2 * (get_linear_forward(x, new_w, b) - y)
        w, b = new_w, b - sign * alpha * average(errors)
    if "returns-loss" in made:
        return compute_mse_loss(get_linear_forward(x, w, b), y)
    return (b, w) if "swapped" in made else (w, b)
