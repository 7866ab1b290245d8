def train(x, y, init_w, init_b):
    """Liczy błąd MSE na starcie.

    x, y: wektory (N,), init_w i init_b: liczby. Zwraca jedną liczbę.

    Computes the MSE at the start.
    x, y: vectors (N,), init_w and init_b: numbers. Returns one number.
    """
    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here
