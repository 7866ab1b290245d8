"""truth: x is divided by its sum, so the values add up to 1; neither of the two wanted scales comes out."""
def normalize(x):
    suma = 0
    for v in x:
        suma += v
    return [v / suma for v in x]
