"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""


def best(scores, n=3, largest=True):
    return sorted(scores, reverse=largest)[:3]
