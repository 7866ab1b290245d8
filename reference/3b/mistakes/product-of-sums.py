"""pl: Wygląda na to, że każdy błąd jest mnożony przez każde x, a nie przez x tej samej obserwacji. Najpierw iloczyn dla obserwacji, potem średnia.
en: It looks as if each error is multiplied by every x, not by the x of the same observation. First the product of each observation, then the mean.
"""


def get_backprop(y_hat, y, x):
    dw = np.sum(2 * (y_hat - y)) * np.sum(x) / len(x)
    db = np.mean(2 * (y_hat - y))
    return dw, db
