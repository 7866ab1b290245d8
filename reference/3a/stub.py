def get_backprop(y_hat, y, x):
    """Liczy pochodne straty dla każdej obserwacji.

    y_hat, y, x: wektory (N,). Zwraca dwa wektory (N,): po w i po b.

    Computes the derivatives of the loss for each observation.
    y_hat, y, x: vectors (N,). Returns two vectors (N,): dL/dw, dL/db.
    """
    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here
