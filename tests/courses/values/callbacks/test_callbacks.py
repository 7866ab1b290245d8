import pytest


@pytest.mark.check(points=1, pl="Dwa razy", en="Twice")
def test_twice(notebook):
    notebook.equal(notebook.twice(lambda x: x + 3, 1), 7)
    notebook.equal(notebook.twice(lambda text: text + "a", "b"), "baa")


@pytest.mark.check(points=1, pl="Liczy wywołania", en="Counts calls")
def test_counts(notebook):
    seen = []
    notebook.twice(lambda x: seen.append(x) or x * 2, 5)
    assert seen == [5, 10], "the function should be called with 5, then with 10"
