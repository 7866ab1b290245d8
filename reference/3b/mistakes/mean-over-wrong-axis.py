"""pl: Wygląda na to, że uśredniasz obie pochodne każdej obserwacji, a nie wszystkie obserwacje. Sprawdź, po której osi liczysz średnią.
en: It looks as if the two derivatives of each observation are averaged, not all observations. Check along which axis the mean is taken.
"""


def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y) * x
    db = 2 * (y_hat - y)
    return (dw + db) / 2
