"""pl: Wartości mieszczą się między -1 a 1. W tym ćwiczeniu mają być od 0 do 1 albo mieć średnią 0 i odchylenie 1.
en: The values lie between -1 and 1. In this exercise they should lie between 0 and 1, or have mean 0 and deviation 1.
"""


def normalize(x):
    return 2 * (x - np.min(x)) / (np.max(x) - np.min(x)) - 1
