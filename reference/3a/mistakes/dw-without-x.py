"""pl: Pochodna po w jest taka sama jak pochodna po b. Sprawdź w regule łańcuchowej, ile wynosi pochodna wx + b po w.
en: The derivative with respect to w is the same as the one with respect to b. Check in the chain rule what the derivative of wx + b with respect to w is.
"""


def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y)
    db = 2 * (y_hat - y)
    return dw, db
