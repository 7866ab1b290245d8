"""pl: Wynik to połowa sumy pochodnych. Sprawdź, przez co dzielisz sumę (powinna to być liczba obserwacji), i czy jest dwójka z pochodnej kwadratu.
en: The result is half of the sum of the derivatives. Check what the sum is divided by (it should be the number of observations), and whether the 2 from the square's derivative is there.
"""


def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y) * x
    db = 2 * (y_hat - y)
    return sum(dw) / 2, sum(db) / 2
