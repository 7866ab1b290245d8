def get_backprop(y_hat, y, x):
    error = y_hat - y
    return 2 * np.dot(error, x) / len(x), 2 * np.sum(error) / len(x)
