"""truth: np.zeros_like(x) takes over the type of x: when x holds whole numbers, the predictions are cut to whole numbers."""
def get_linear_forward(x, waga, bias):
    wynik = np.zeros_like(x)
    for i, wartosc in enumerate(x):
        wynik[i] = waga * wartosc + bias
    return wynik
