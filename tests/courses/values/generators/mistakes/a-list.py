"""pl: Funkcja zwraca gotową listę. Generator oddaje liczby po jednej, przez yield.
en: The function returns a whole list. A generator gives one number at a time, with yield.
"""


def powers(base):
    return [base**n for n in range(5)]
