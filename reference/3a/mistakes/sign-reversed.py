"""pl: Wartości są dobre, ale mają przeciwny znak. Sprawdź, co od czego odejmujesz: prawdziwą wartość od predykcji czy odwrotnie.
en: The values are right, but their sign is reversed. Check what you subtract from what: the prediction and the true value.
"""


def get_backprop(y_hat, y, x):
    dw = 2 * (y - y_hat) * x
    db = 2 * (y - y_hat)
    return dw, db
