"""truth: The brackets around y_hat - y are missing, so 2 multiplies only y_hat, and x multiplies only y."""
def get_backprop(y_hat, y, x):
    dw = 2 * y_hat - y * x
    db = 2 * y_hat - y
    return dw, db
