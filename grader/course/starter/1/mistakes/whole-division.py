"""pl: Wygląda na to, że ułamek stracił część po przecinku. Sprawdź, którym znakiem dzielisz: / czy //.
en: It looks as if the fraction has lost what stands after the point. Check which sign you divide by: / or //.
"""


def to_fahrenheit(celsius):
    return 9 // 5 * celsius + 32
