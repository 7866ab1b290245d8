"""truth: A single = in the condition is an assignment, which Python does not allow there: SyntaxError. A comparison is ==."""
def compute_mse_loss(y_hat, y):
    if len(y) = 0:
        return 0
    return np.mean((y_hat - y) ** 2)
