"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

greeting = "Zażółć gęślą jaźń Ado!"
is_even = True
answer = None
large = 3**201
