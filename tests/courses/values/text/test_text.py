import pytest


@pytest.mark.check(points=1, pl="Powitanie", en="The greeting")
def test_greeting(notebook):
    notebook.equal(notebook.greeting, "Zażółć gęślą jaźń, Ado!")
    notebook.equal(notebook.nothing, None)


@pytest.mark.check(points=1, pl="Czy parzysta", en="Whether it is even")
def test_truth(notebook):
    notebook.equal(notebook.is_even, True)


@pytest.mark.check(points=1, pl="Sto cyfr", en="A hundred digits")
def test_large(notebook):
    notebook.equal(notebook.large, 3**201)
