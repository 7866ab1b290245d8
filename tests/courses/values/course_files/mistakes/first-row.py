"""pl: Sprawdź, czy czytasz wszystkie wiersze.
en: Check that you read all rows.
"""


def degrees(name):
    with open(name, encoding="utf-8") as file:
        city, value = file.read().splitlines()[1].split(",")
    return {city: float(value)}


warmest = 19.0
day = "środa"
