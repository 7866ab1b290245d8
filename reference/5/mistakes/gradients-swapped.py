"""pl: Wygląda na to, że w zmienia się o gradient b, a b o gradient w. Sprawdź kolejność: najpierw pochodna po w, potem po b.
en: It looks as if w takes its step with the gradient of b, and b with that of w. Check the order: the derivative with respect to w comes first.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        db, dw = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
