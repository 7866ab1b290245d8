"""pl: Wygląda na to, że bias b jest poprawiany na podstawie predykcji policzonych już z nową wagą w. Sprawdź, czy oba gradienty liczysz z tych samych predykcji, zanim zmienisz którykolwiek parametr.
en: It looks as if b is updated from predictions made with the new w already. Check that both gradients come from the same predictions, before either parameter changes.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        w = w - alpha * get_backprop(get_linear_forward(x, w, b), y, x)[0]
        b = b - alpha * get_backprop(get_linear_forward(x, w, b), y, x)[1]
    return w, b
