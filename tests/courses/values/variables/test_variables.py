import pytest


@pytest.mark.check(points=1, pl="Suma", en="The sum")
def test_total(notebook):
    notebook.equal(notebook.total, 42)


@pytest.mark.check(points=1, pl="Średnia", en="The mean")
def test_mean(notebook):
    notebook.equal(notebook.mean, 10.5)
