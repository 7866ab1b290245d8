"""pl: 1 to liczba, a prawda to True. Potęgę licz na liczbach całkowitych: 3, a nie 3.0, które się zaokrągla.
en: 1 is a number, the truth is True. Compute the power with whole numbers: 3, not 3.0, which is rounded.
"""

greeting = "Zażółć gęślą jaźń, Ado!"
is_even = 1
nothing = None
large = int(3.0**201)
