"""truth: The loop stops one short: range(len(y) - 1) leaves out the last observation."""
def compute_mse_loss(y_hat, y):
    s = 0.0
    for i in range(len(y) - 1):
        e = y_hat[i] - y[i]
        s = s + e * e
    return s / len(y)
