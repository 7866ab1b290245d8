def compute_mse_loss(y_hat, y):
    """Liczy średni błąd kwadratowy.

    y_hat, y: wektory (N,). Zwraca jedną liczbę.

    Computes the mean squared error.
    y_hat, y: vectors (N,). Returns one number.
    """
    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here
