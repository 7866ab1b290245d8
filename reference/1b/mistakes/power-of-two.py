"""pl: Wygląda na to, że podnosisz 2 do potęgi, którą jest błąd. Sprawdź kolejność argumentów: najpierw podstawa, potem wykładnik.
en: It looks as if 2 is raised to the power of the error. Check the order of the arguments: the base first, then the exponent.
"""


def compute_mse_loss(y_hat, y):
    return np.mean(np.power(2, y_hat - y))
