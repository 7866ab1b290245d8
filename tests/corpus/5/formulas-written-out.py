"""truth: The gradient already has its minus sign from -2*(y - y_pred), and it is added instead of subtracted, so training climbs up the loss."""
def train(x, y, init_w, init_b, alpha, epochs):
    m = init_w
    c = init_b
    n = float(len(x))
    for i in range(epochs):
        y_pred = m * x + c
        d_m = (-2 / n) * sum(x * (y - y_pred))
        d_c = (-2 / n) * sum(y - y_pred)
        m = m + alpha * d_m
        c = c + alpha * d_c
    return m, c
