"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

greeting = "Zażółć gęślą jaźń Ado!"
is_even = True
nothing = None
large = 3**201
