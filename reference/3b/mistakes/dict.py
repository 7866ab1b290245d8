"""pl: Zwracasz słownik, a dalszy kod czeka na dwie wartości po kolei. Sprawdź, co stoi po słowie return.
en: You return a dict, while the code after it expects two values in order. Check what stands after return.
"""


def get_backprop(y_hat, y, x):
    dw = np.mean(2 * (y_hat - y) * x)
    db = np.mean(2 * (y_hat - y))
    return {"dw": dw, "db": db}
