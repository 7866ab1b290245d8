"""pl: Zwracasz błąd kwadratowy każdej obserwacji z osobna. Sprawdź, czy na końcu liczysz z nich jedną średnią.
en: You return the squared error of each observation on its own. Check that at the end you take one mean of them.
"""


def compute_mse_loss(y_hat, y):
    return np.power(y_hat - y, 2)
