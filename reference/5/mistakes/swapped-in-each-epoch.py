"""pl: Wygląda na to, że w i b zamieniają się miejscami w każdej epoce. Sprawdź kolejność po lewej stronie znaku = tam, gdzie odbierasz nowe parametry.
en: It looks as if w and b change places in each epoch. Check the order on the left of the = sign where you take the new parameters.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        b, w = update_params(w, b, alpha, dw, db)
    return w, b
