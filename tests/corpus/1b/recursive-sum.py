"""truth: The recursion adds up the squared errors but nothing divides the sum by N."""
def compute_mse_loss(y_hat, y):
    if len(y) == 0:
        return 0
    return (y_hat[0] - y[0]) ** 2 + compute_mse_loss(y_hat[1:], y[1:])
