"""truth: The predictions are printed but not returned, so the function gives None."""
def get_linear_forward(x, w, b):
    wynik = w*x + b
    print(wynik)
