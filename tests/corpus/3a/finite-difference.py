"""truth: The derivative is approximated by a difference quotient with a step of 1, which is far too large: the result is off by x**2 and by 1."""
def get_backprop(y_hat, y, x):
    h = 1
    strata = lambda p: (p - y) ** 2
    # zmiana w o h zmienia predykcje o h*x
    dw = (strata(y_hat + h * x) - strata(y_hat)) / h
    db = (strata(y_hat + h) - strata(y_hat)) / h
    return dw, db
