"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

total = input("a: ") + input("b: ")
