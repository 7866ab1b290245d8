"""pl: Wczytany jest tylko pierwszy wiersz z danymi. Przejdź w pętli po wszystkich.
en: Only the first row of data is read. Go through all of them in a loop.
"""


def degrees(name):
    with open(name, encoding="utf-8") as file:
        city, value = file.read().splitlines()[1].split(",")
    return {city: float(value)}


warmest = 19.0
day = "środa"
