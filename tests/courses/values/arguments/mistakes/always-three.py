"""pl: Funkcja zawsze daje trzy wyniki. Sprawdź, czy używasz w niej argumentu n.
en: The function always gives three scores. Check that it uses the argument n.
"""


def best(scores, n=3, largest=True):
    return sorted(scores, reverse=largest)[:3]
