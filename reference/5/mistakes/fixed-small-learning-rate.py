"""pl: Wynik nie zależy od podanego learning rate: wygląda na to, że w środku jest na stałe 0.01. Sprawdź, czy wszędzie używasz argumentu alpha.
en: The result does not depend on the learning rate given: it looks as if 0.01 is fixed inside. Check that you use the argument alpha everywhere.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    alpha = 0.01
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
