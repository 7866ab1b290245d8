"""truth: The name of the second mean is misspelt in the return (db_sredna for db_srednia), so NameError is raised."""
def get_backprop(y_hat, y, x):
    dw_srednia = np.mean(2 * (y_hat - y) * x)
    db_srednia = np.mean(2 * (y_hat - y))
    return dw_srednia, db_sredna
