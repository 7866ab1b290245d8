def get_backprop(y_hat, y, x):
    """Liczy jeden gradient dla całego zbioru.

    y_hat, y, x: wektory (N,). Zwraca dwie liczby: po w i po b.

    Computes one gradient for the whole data set.
    y_hat, y, x: vectors (N,). Returns two numbers: dL/dw and dL/db.
    """
    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here
