"""pl: Powstaje nowa lista, a lista z argumentu się nie zmienia. Usuwaj liczby z niej samej.
en: A new list is made, and the one in the argument stays as it was. Remove the numbers from that one.
"""


def drop_negative(numbers):
    return [number for number in numbers if number >= 0]
