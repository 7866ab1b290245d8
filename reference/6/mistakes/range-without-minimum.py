"""pl: Rozstęp wartości wynosi już 1, ale nie zaczynają się one od zera. Sprawdź, czy od x odejmujesz najmniejszą wartość.
en: The values span 1 already, but they do not start at zero. Check that you subtract the smallest value from x.
"""


def normalize(x):
    return x / (np.max(x) - np.min(x))
