"""pl: Wygląda na dzielenie przez długość wektora (normę). Sprawdź, co trzeba odjąć i przez co podzielić.
en: It looks like a division by the length of the vector (its norm). Check what has to be subtracted, and what to divide by.
"""


def normalize(x):
    return x / np.linalg.norm(x)
