"""pl: Funkcja wypisuje błąd, ale niczego nie zwraca. Sprawdź, czy kończy się słowem return.
en: The function prints the loss but returns nothing. Check that it ends with return.
"""


def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_w, init_b)
    print(compute_mse_loss(y_hat, y))
