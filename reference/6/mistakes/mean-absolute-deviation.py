"""pl: Wygląda na dzielenie przez średnie odchylenie bezwzględne. Odchylenie standardowe to pierwiastek ze średniej kwadratów.
en: It looks like a division by the mean absolute deviation. The standard deviation is the root of a mean of squares.
"""


def normalize(x):
    centred = x - np.mean(x)
    return centred / np.mean(np.abs(centred))
