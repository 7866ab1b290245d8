"""pl: Wygląda na to, że po odjęciu minimum dzielisz przez największą wartość, więc wynik nie sięga 1. Sprawdź, jaki jest rozstęp między najmniejszą a największą.
en: It looks as if you divide by the largest value after subtracting the smallest, so the result does not reach 1. Check how far the smallest and the largest are apart.
"""


def normalize(x):
    return (x - np.min(x)) / np.max(x)
