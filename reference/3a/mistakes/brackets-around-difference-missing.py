"""pl: Wygląda na to, że brakuje nawiasów wokół y_hat - y: 2 mnoży samo y_hat, a x samo y. Najpierw różnica, potem mnożenie.
en: It looks as if the brackets around y_hat - y are missing: 2 multiplies y_hat alone, and x multiplies y alone. The difference comes first.
"""


def get_backprop(y_hat, y, x):
    dw = 2 * y_hat - y * x
    db = 2 * y_hat - y
    return dw, db
