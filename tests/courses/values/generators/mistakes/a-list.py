"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""


def powers(base):
    return [base**n for n in range(5)]
