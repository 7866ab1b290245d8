"""pl: Wygląda na to, że przez rozstęp jest dzielone samo minimum. Sprawdź nawiasy: najpierw odejmowanie, potem dzielenie.
en: It looks as if only the minimum is divided by the range. Check the brackets: subtract first, then divide.
"""


def normalize(x):
    return x - np.min(x) / (np.max(x) - np.min(x))
