"""pl: Odchylenie wynosi już 1, ale średnia nie jest zerem. Sprawdź, czy przed dzieleniem odejmujesz średnią.
en: The deviation is 1 already, but the mean is not zero. Check that you subtract the mean before dividing.
"""


def normalize(x):
    return x / np.std(x)
