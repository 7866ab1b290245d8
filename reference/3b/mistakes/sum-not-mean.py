"""pl: Wygląda na sumę pochodnych zamiast średniej. Sprawdź, czy dzielisz przez liczbę obserwacji.
en: It looks like the sum of the derivatives, not their mean. Check that you divide by the number of observations.
"""


def get_backprop(y_hat, y, x):
    dw = np.sum(2 * (y_hat - y) * x)
    db = np.sum(2 * (y_hat - y))
    return dw, db
