import pytest


@pytest.mark.check(points=1, pl="Suma podanych liczb", en="The sum of the numbers")
def test_total(notebook):
    notebook.equal(notebook.total, 10)
