"""pl: Wygląda na to, że w obliczeniach jest samo y_hat zamiast błędu predykcji. Sprawdź, czy od y_hat odejmujesz y.
en: It looks as if y_hat alone is used instead of the prediction's error. Check that you subtract y from y_hat.
"""


def get_backprop(y_hat, y, x):
    dw = 2 * y_hat * x
    db = 2 * y_hat
    return dw, db
