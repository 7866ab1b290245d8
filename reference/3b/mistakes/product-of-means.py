"""pl: Wygląda na to, że mnożysz dwie średnie: średni błąd przez średni x. Sprawdź kolejność: najpierw iloczyn dla każdej obserwacji, potem jedna średnia.
en: It looks as if two means are multiplied: the mean error by the mean of x. Check the order: first the product for each observation, then one mean.
"""


def get_backprop(y_hat, y, x):
    dw = np.mean(2 * (y_hat - y)) * np.mean(x)
    db = np.mean(2 * (y_hat - y))
    return dw, db
