def train(x, y, init_w, init_b, alpha, epochs):
    """Trenuje neuron. Zwraca dwie liczby: w i b.

    x, y: wektory (N,), init_w, init_b, alpha: liczby,
    epochs: liczba epok.

    Trains the neuron. Returns two numbers: w and b.
    x, y: vectors (N,), init_w, init_b, alpha: numbers,
    epochs: how many epochs.
    """
    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here
