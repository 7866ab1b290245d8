"""pl: Pochodne są dokładnie o połowę za małe. Sprawdź, co dzieje się z wykładnikiem, gdy liczysz pochodną kwadratu.
en: The derivatives are exactly half of what they should be. Check what becomes of the exponent when you differentiate a square.
"""


def get_backprop(y_hat, y, x):
    dw = np.mean((y_hat - y) * x)
    db = np.mean(y_hat - y)
    return dw, db
