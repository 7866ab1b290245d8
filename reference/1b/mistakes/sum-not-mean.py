"""pl: Wygląda na sumę kwadratów zamiast średniej. Sprawdź, czy dzielisz przez liczbę obserwacji.
en: It looks like the sum of the squares, not their mean. Check that you divide by the number of observations.
"""


def compute_mse_loss(y_hat, y):
    return np.sum(np.power(y_hat - y, 2))
