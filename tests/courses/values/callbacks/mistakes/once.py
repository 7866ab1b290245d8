"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""


def twice(function, value):
    return function(value)
