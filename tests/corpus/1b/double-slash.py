"""truth: // is integer division: it drops the fraction of the mean. A single / is needed."""
def compute_mse_loss(y_hat, y):
    suma_kwadratow = np.sum(np.power(y_hat - y, 2))
    return suma_kwadratow // len(y)
