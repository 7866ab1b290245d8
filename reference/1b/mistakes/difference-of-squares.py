"""pl: Wygląda na różnicę kwadratów zamiast kwadratu różnicy. Sprawdź, czy najpierw odejmujesz, a dopiero potem podnosisz do kwadratu.
en: It looks like the difference of squares, not the square of the difference. Check that you subtract first and square after that.
"""


def compute_mse_loss(y_hat, y):
    return np.mean(np.power(y_hat, 2) - np.power(y, 2))
