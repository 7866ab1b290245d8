"""pl: Tu jest pętla. Niech funkcja wywoła sama siebie dla mniejszej liczby.
en: There is a loop. Let the function call itself for a smaller number.
"""


def factorial(n):
    product = 1
    for k in range(2, n + 1):
        product *= k
    return product
