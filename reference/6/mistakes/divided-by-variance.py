"""pl: Wygląda na dzielenie przez wariancję. Sprawdź, czym różni się ona od odchylenia standardowego.
en: It looks like a division by the variance. Check how that differs from the standard deviation.
"""


def normalize(x):
    return (x - np.mean(x)) / np.var(x)
