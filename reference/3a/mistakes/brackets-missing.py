"""pl: Wygląda na to, że przez 2 jest mnożone samo y_hat, a nie cała różnica. Sprawdź nawiasy: mnożenie liczy się przed odejmowaniem.
en: It looks as if only y_hat is multiplied by 2, not the whole difference. Check the brackets: a multiplication comes before a subtraction.
"""


def get_backprop(y_hat, y, x):
    dw = (2 * y_hat - y) * x
    db = 2 * y_hat - y
    return dw, db
