"""pl: Wynik jest taki jak po jednej epoce za mało. Sprawdź, od ilu do ilu liczy pętla i czy zwracasz parametry po ostatnim kroku.
en: The result is what one epoch too few gives. Check where the loop's count starts and ends, and that you return the parameters after the last step.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(1, epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
