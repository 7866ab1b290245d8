"""truth: Each prediction is added to a running total and the total is stored, so every value contains all earlier predictions too."""
def get_linear_forward(x, w, b):
    suma = 0
    wyniki = []
    for i in range(len(x)):
        suma += w * x[i] + b
        wyniki.append(suma)
    return np.array(wyniki)
