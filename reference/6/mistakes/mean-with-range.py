"""pl: Wygląda na pomieszanie dwóch sposobów: odejmujesz średnią, a dzielisz przez zakres. Do średniej należy odchylenie, do zakresu minimum.
en: It looks as if two ways are mixed: the mean is subtracted, and the range divides. The deviation goes with the mean, the minimum with the range.
"""


def normalize(x):
    return (x - np.mean(x)) / (np.max(x) - np.min(x))
