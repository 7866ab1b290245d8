"""pl: Zwracasz predykcje zamiast błędu. Sprawdź, czy przekazujesz je razem z y do funkcji straty i zwracasz jej wynik.
en: You return the predictions, not the loss. Check that you pass them with y to the loss function and return its result.
"""


def train(x, y, init_w, init_b):
    return get_linear_forward(x, init_w, init_b)
