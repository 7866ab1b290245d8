"""truth: In Python ^ is bitwise xor, not a power, and it raises TypeError for fractional numbers; ** or np.power is needed."""
def compute_mse_loss(y_hat, y):
    blad = y_hat - y
    return np.mean(blad^2)
