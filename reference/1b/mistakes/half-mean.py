"""pl: Wynik to dokładnie połowa błędu MSE. Niektóre podręczniki dzielą go jeszcze przez 2, ale w tym wzorze tego nie ma.
en: The result is exactly half of the MSE. Some textbooks divide it by 2 as well, but this formula does not.
"""


def compute_mse_loss(y_hat, y):
    return np.mean(np.power(y_hat - y, 2)) / 2
