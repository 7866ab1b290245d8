"""truth: sum / len(x) - 1 subtracts 1 from the mean, as division goes before subtraction; the mean is the sum divided by len(x), without any - 1."""
def get_backprop(y_hat, y, x):
    dw = sum(2 * (y_hat - y) * x) / len(x) - 1
    db = sum(2 * (y_hat - y)) / len(x) - 1
    return dw, db
