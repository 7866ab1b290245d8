"""pl: Funkcja wypisuje wynik, ale niczego nie zwraca, więc dalszy kod dostaje None. Sprawdź, czy kończy się słowem return.
en: The function prints its result but returns nothing, so the code after it gets None. Check that it ends with return.
"""


def get_linear_forward(x, w, b):
    print(w * x + b)
