"""pl: Zwracasz błąd, a w tym zadaniu train ma oddać wytrenowane parametry. Sprawdź, co stoi po słowie return.
en: You return the loss, while in this exercise train gives back the trained parameters. Check what stands after return.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return compute_mse_loss(get_linear_forward(x, w, b), y)
