"""pl: Wygląda na to, że brakuje nawiasów wokół obu różnic: dzielenie idzie przed odejmowaniem.
en: It looks as if the brackets around both differences are missing: a division comes before a subtraction.
"""


def normalize(x):
    return x - np.min(x) / np.max(x) - np.min(x)
