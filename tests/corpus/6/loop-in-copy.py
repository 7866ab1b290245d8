"""truth: The minimum and maximum are taken anew from the copy that is being overwritten, so they change in the middle of the loop; compute them once before it."""
def normalize(x):
    wynik = x.astype(float).copy()
    for i in range(len(wynik)):
        wynik[i] = (wynik[i] - min(wynik)) / (max(wynik) - min(wynik))
    return wynik
