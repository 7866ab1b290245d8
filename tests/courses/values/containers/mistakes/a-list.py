"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

counts = {"b": 1, "a": 2, "n": 2}
letters = ["k", "o", "t"]
