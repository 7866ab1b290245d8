"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""


def times_table(n):
    for m in range(1, 4):
        print(f"{n}x{m}={n * m}")
