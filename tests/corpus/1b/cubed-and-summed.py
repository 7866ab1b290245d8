"""truth: The errors are raised to the power 3 instead of 2.
truth: The result is summed, not averaged.
"""
def compute_mse_loss(y_hat, y):
    blad = np.power(y_hat - y, 3)
    return blad.sum()
