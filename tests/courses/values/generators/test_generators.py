from itertools import islice

import pytest


@pytest.mark.check(points=1, pl="Pierwsze potęgi", en="The first powers")
def test_first(notebook):
    notebook.equal(list(islice(notebook.powers(2), 5)), [1, 2, 4, 8, 16])


@pytest.mark.check(points=1, pl="Każdy od początku", en="Each from the start")
def test_separate(notebook):
    one, other = notebook.powers(3), notebook.powers(5)
    notebook.equal([next(one), next(one), next(other), next(one)], [1, 3, 1, 9])
    assert type(one) is not list, "it should be a generator"
