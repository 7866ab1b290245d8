"""pl: Wartości są od 0 do 1, ale największa obserwacja dostała 0, a najmniejsza 1. Sprawdź, co od czego odejmujesz.
en: The values lie between 0 and 1, but the largest observation got 0 and the smallest 1. Check what you subtract from what.
"""


def normalize(x):
    return (np.max(x) - x) / (np.max(x) - np.min(x))
