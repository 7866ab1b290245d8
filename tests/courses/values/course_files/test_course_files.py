import pytest


@pytest.mark.check(points=1, pl="Czyta plik", en="Reads the file")
def test_reads(notebook):
    notebook.equal(notebook.degrees("pogoda.csv"), {"Łódź": 21.5, "Kraków": 19.0, "Gdańsk": 17.5})


@pytest.mark.check(points=1, pl="Największa i dzień", en="The largest, and the day")
def test_values(notebook):
    with open("2026/dzień.txt", encoding="utf-8") as file:  # a hidden test reads them as a notebook does
        day = file.read().strip()
    notebook.equal(notebook.warmest, 21.5)
    notebook.equal(notebook.day, day)
