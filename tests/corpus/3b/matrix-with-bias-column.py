"""truth: np.array([x, 1]) does not make a column of ones: x and 1 have different lengths, so ValueError is raised."""
def get_backprop(y_hat, y, x):
    X = np.array([x, 1])
    return 2 * X @ (y_hat - y) / len(x)
