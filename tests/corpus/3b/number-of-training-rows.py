"""truth: The sums are divided by the length of the notebook's x_train instead of by the length of the given x."""
n = len(x_train)

def get_backprop(y_hat, y, x):
    delta = y_hat - y
    return 2 / n * np.dot(delta, x), 2 / n * np.sum(delta)
