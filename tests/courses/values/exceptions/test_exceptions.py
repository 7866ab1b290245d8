import pytest


@pytest.mark.check(points=1, pl="Pierwiastek", en="The root")
def test_root(notebook):
    notebook.equal(notebook.root(16), 4.0)
    notebook.equal(notebook.root(2.25), 1.5)


@pytest.mark.check(points=1, pl="Odmawia", en="Refuses")
def test_refuses(notebook):
    for value in (-1, -100):
        try:
            notebook.root(value)
        except ValueError as error:
            assert str(value) in str(error), "the text of the exception should name the number"
        else:
            notebook.refuse(
                pl="Dla liczby ujemnej trzeba zgłosić ValueError.", en="Raise ValueError for a negative number."
            )
    notebook.equal(notebook.root(0), 0)
