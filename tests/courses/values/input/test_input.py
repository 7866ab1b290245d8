import pytest


@pytest.mark.check(points=1, pl="Dodaje podane liczby", en="Adds the numbers")
def test_adds(notebook):
    for one, other in ((2, 3), (10, -4)):
        notebook.input(one, other)
        notebook.equal(notebook.ask(), one + other)
