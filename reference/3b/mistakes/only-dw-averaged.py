"""pl: Pochodna po w jest uśredniona, a po b nadal jest wektorem. Sprawdź, czy z obu liczysz średnią.
en: The derivative with respect to w is averaged, but the one with respect to b is still a vector. Check that you take the mean of both.
"""


def get_backprop(y_hat, y, x):
    dw = np.mean(2 * (y_hat - y) * x)
    db = 2 * (y_hat - y)
    return dw, db
