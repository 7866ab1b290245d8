"""pl: Pochodna po b jest uśredniona, a po w nadal jest wektorem. Sprawdź, czy z obu liczysz średnią.
en: The derivative with respect to b is averaged, but the one with respect to w is still a vector. Check that you take the mean of both.
"""


def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y) * x
    db = np.mean(2 * (y_hat - y))
    return dw, db
