import pytest


@pytest.mark.check(points=1, pl="Ile razy", en="How often")
def test_counts(notebook):
    notebook.equal(notebook.counts, {"b": 1, "a": 2, "n": 2})


@pytest.mark.check(points=1, pl="Różne litery", en="Different letters")
def test_letters(notebook):
    notebook.equal(notebook.letters, {"k", "o", "t"})
