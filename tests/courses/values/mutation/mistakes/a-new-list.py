"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""


def drop_negative(numbers):
    return [number for number in numbers if number >= 0]
