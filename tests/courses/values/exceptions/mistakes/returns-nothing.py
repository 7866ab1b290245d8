"""pl: Dla liczby ujemnej funkcja nic nie zwraca. Zgłoś w niej wyjątek przez raise.
en: For a negative number the function returns nothing. Let it raise an exception.
"""


def root(number):
    if number >= 0:
        return number**0.5
