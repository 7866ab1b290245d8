"""pl: Wygląda na to, że suma jest dzielona przez N - 1. Sprawdź we wzorze, przez co dzielisz.
en: It looks as if the sum is divided by N - 1. Check in the formula what you divide by.
"""


def compute_mse_loss(y_hat, y):
    return np.sum(np.power(y_hat - y, 2)) / (len(y) - 1)
