import pytest


@pytest.mark.check(points=1, pl="Wypisuje tabliczkę", en="Prints the table")
def test_table(notebook):
    notebook.times_table(3)
    notebook.equal(notebook.last_printed, "3 x 1 = 3\n3 x 2 = 6\n3 x 3 = 9\n")
