"""pl: W wypisanym tekście brakuje spacji wokół znaków x i =.
en: The printed text lacks the spaces around x and =.
"""


def times_table(n):
    for m in range(1, 4):
        print(f"{n}x{m}={n * m}")
