"""pl: Wygląda na to, że dzielisz przez sumę, więc wartości sumują się do 1. Sprawdź, co trzeba odjąć i przez co podzielić.
en: It looks as if you divide by the sum, so that the values add up to 1. Check what has to be subtracted, and what to divide by.
"""


def normalize(x):
    return x / np.sum(x)
