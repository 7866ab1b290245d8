"""pl: Wygląda na to, że przez odchylenie jest dzielona tylko średnia. Sprawdź nawiasy: najpierw odejmowanie, potem dzielenie.
en: It looks as if only the mean is divided by the deviation. Check the brackets: subtract first, then divide.
"""


def normalize(x):
    return x - np.mean(x) / np.std(x)
