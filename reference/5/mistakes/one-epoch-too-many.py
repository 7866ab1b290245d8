"""pl: Wynik jest taki jak po jednej epoce za dużo. Sprawdź, od ilu do ilu liczy pętla i czy przed nią albo po niej nie ma dodatkowego kroku.
en: The result is what one epoch too many gives. Check where the loop's count starts and ends, and that no extra step stands before or after it.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs + 1):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
