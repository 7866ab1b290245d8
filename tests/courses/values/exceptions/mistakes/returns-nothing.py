"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""


def root(number):
    if number >= 0:
        return number**0.5
