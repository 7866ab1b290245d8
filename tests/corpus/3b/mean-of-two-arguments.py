"""truth: np.mean is given both vectors at once: the second one is taken for the axis and TypeError is raised. Each vector needs its own np.mean."""
def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y) * x
    db = 2 * (y_hat - y)
    return np.mean(dw, db)
