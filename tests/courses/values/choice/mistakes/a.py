"""pl: Odpowiedź A to częsta pomyłka. Przeczytaj pytanie jeszcze raz i porównaj A z pozostałymi.
en: A is a common slip. Read the question again, and compare A with the others.
"""

answer = "A"
