def get_backprop(predictions, target, x):
    db = 2 * np.subtract(predictions, target)
    return np.dot(np.diag(db), x), db
