"""truth: The derivatives are returned in the wrong order: the one by b comes first."""
def get_backprop(y_hat, y, x):
    # X z kolumna jedynek: [1, x]
    X = np.vstack([np.ones(len(x)), x])
    return 2 * X * (y_hat - y)
