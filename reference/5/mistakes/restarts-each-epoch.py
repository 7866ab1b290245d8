"""pl: Każda epoka zaczyna od wartości początkowych, więc wynik jest taki jak po jednej. Sprawdź, z jakimi w i b liczysz predykcje w drugiej epoce.
en: Each epoch starts from the initial values, so the result is that of a single one. Check which w and b the predictions of the second epoch are made with.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, init_w, init_b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(init_w, init_b, alpha, dw, db)
    return w, b
