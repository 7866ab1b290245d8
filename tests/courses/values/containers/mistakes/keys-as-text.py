"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

counts = {"1": 2, "2": 1, "5": 3}
letters = set("kotok")
