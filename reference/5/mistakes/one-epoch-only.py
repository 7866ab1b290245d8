"""pl: Wynik jest taki jak po jednej epoce, niezależnie od epochs. Sprawdź, czy pętla po epokach jest w funkcji, czy return stoi dopiero pod nią i czy każda epoka zaczyna od parametrów z poprzedniej.
en: The result is what one epoch gives, whatever epochs is. Check that there is a loop over epochs, that return stands below it and not inside, and that each epoch starts from the parameters of the one before.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
        return w, b
