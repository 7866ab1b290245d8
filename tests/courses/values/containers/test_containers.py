import pytest


@pytest.mark.check(points=1, pl="Ile razy", en="How often")
def test_counts(notebook):
    notebook.equal(notebook.counts, {1: 2, 2: 1, 5: 3})


@pytest.mark.check(points=1, pl="Różne litery", en="Different letters")
def test_letters(notebook):
    notebook.equal(notebook.letters, {"k", "o", "t"})
