"""pl: input() daje tekst, a + skleja teksty. Zamień je na liczby przez int(...).
en: input() gives a text, and + joins texts. Make numbers of them with int(...).
"""


def ask():
    return input() + input()
