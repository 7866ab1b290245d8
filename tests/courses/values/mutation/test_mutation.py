import pytest


@pytest.mark.check(points=1, pl="Zmienia listę w miejscu", en="Changes the list in place")
def test_in_place(notebook):
    numbers = [3, -1, 2, -5]
    answer = notebook.drop_negative(numbers)
    notebook.equal(numbers, [3, 2])
    notebook.equal(answer, None)


@pytest.mark.check(points=1, pl="Niczego innego nie rusza", en="Touches nothing else")
def test_nothing_else(notebook):
    numbers = [1, 0]
    notebook.drop_negative(numbers)
    notebook.equal(numbers, [1, 0])
