def get_linear_forward(x, w, b):
    """Liczy predykcje neuronu.

    x: wektor (N,), w i b: liczby. Zwraca wektor (N,).

    Computes the neuron's predictions.
    x: a vector (N,), w and b: numbers. Returns a vector (N,).
    """
    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here
