"""pl: Wygląda na to, że waga w jest poprawiana na podstawie predykcji policzonych już z nowym b. Sprawdź, czy oba gradienty liczysz z tych samych predykcji, zanim zmienisz którykolwiek parametr.
en: It looks as if w is updated from predictions made with the new b already. Check that both gradients come from the same predictions, before either parameter changes.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        b = b - alpha * get_backprop(get_linear_forward(x, w, b), y, x)[1]
        w = w - alpha * get_backprop(get_linear_forward(x, w, b), y, x)[0]
    return w, b
