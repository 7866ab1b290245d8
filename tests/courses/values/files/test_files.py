import pytest


@pytest.mark.check(points=1, pl="Zapisuje plik", en="Writes the file")
def test_file(notebook):
    notebook.equal(notebook.read("wyniki.csv"), "imię,punkty\nAda,3\nŁucja,5\n")


@pytest.mark.check(points=1, pl="Czyta go z powrotem", en="Reads it again")
def test_reads(notebook):
    notebook.equal(notebook.read_points("wyniki.csv"), {"Ada": 3, "Łucja": 5})
