def normalize(x):
    """Przeskalowuje dane wejściowe.

    x: wektor (N,). Zwraca nowy wektor (N,).

    Rescales the input.
    x: a vector (N,). Returns a new vector (N,).
    """
    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here
