"""pl: Wyniki są tekstami, a w pliku stoi inny znak między kolumnami. Zamień teksty na liczby i sprawdź ten znak.
en: The points are texts, and the file has another sign between its columns. Make numbers of the texts, and check that sign.
"""

open("wyniki.csv", "w").write("imię;punkty")


def read_points(path):
    return {"Ada": "3", "Łucja": "5"}
