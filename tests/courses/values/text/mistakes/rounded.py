"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

greeting = "Zażółć gęślą jaźń, Ado!"
is_even = 1
nothing = None
large = int(3.0**201)
