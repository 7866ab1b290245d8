"""pl: Oba parametry są dobre, ale stoją w odwrotnej kolejności. Sprawdź, co zwracasz jako pierwsze: w czy b?
en: Both parameters are right, but in reverse order. Check which you return first: w or b?
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return b, w
