"""truth: np.gradient takes differences between neighbouring observations; it is not the derivative of the loss by w and b."""
def get_backprop(y_hat, y, x):
    strata = (y_hat - y) ** 2
    dw = np.gradient(strata, x)
    db = np.gradient(strata)
    return dw, db
