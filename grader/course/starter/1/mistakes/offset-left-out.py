"""pl: Wygląda na to, że przeliczona jest tylko skala. Sprawdź we wzorze, od ilu stopni liczy się zero.
en: It looks as if only the scale is converted. Check in the formula at how many degrees zero is.
"""


def to_fahrenheit(celsius):
    return 9 / 5 * celsius
