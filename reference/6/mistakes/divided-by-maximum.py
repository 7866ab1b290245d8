"""pl: Wygląda na dzielenie przez największą wartość, więc najmniejsza nie jest zerem. Sprawdź, co trzeba najpierw odjąć od x.
en: It looks like a division by the largest value, so the smallest one is not zero. Check what has to be subtracted from x first.
"""


def normalize(x):
    return x / np.max(x)
