"""pl: Pochodna po b też jest mnożona przez x. Sprawdź w regule łańcuchowej, ile wynosi pochodna wx + b po b.
en: The derivative with respect to b is multiplied by x as well. Check in the chain rule what the derivative of wx + b with respect to b is.
"""


def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y) * x
    db = 2 * (y_hat - y) * x
    return dw, db
