def train(x, y, init_w, init_b, alpha, epochs):
    """Trenuje neuron. x, y: wektory (N,), init_w, init_b, alpha: liczby, epochs: liczba epok. Zwraca w i b.

    Trains the neuron. x, y: vectors (N,), init_w, init_b, alpha: numbers, epochs: how many epochs. Returns w and b.
    """
    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here
