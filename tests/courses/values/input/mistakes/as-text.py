"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""


def ask():
    return input() + input()
