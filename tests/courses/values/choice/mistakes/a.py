"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

answer = "A"
