"""truth: x is turned into a list, and lists do no arithmetic: * by a whole number repeats the list, and a fractional w or the + b raises TypeError."""
def get_linear_forward(x, w, b):
    lista = list(x)
    wynik = lista * w + b
    return np.array(wynik)
