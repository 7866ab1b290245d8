"""pl: Funkcja jest wywołana tylko raz. Wywołaj ją jeszcze raz na tym, co zwróciła.
en: The function is called once only. Call it again on what it returned.
"""


def twice(function, value):
    return function(value)
