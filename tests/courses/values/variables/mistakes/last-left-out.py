"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

prices = [5, 10, 12, 15]
total = sum(prices[:-1])
mean = total / len(prices)
