"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

open("wyniki.csv", "w").write("imię;punkty")


def read_points(path):
    return {"Ada": "3", "Łucja": "5"}
