"""pl: Obie pochodne są dobre, ale stoją w odwrotnej kolejności. Sprawdź, co zwracasz jako pierwsze: pochodną po w czy po b?
en: Both derivatives are right, but in reverse order. Check which you return first: the one with respect to w or the one with respect to b?
"""


def get_backprop(y_hat, y, x):
    dw = np.mean(2 * (y_hat - y) * x)
    db = np.mean(2 * (y_hat - y))
    return db, dw
