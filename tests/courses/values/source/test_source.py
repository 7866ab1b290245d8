import pytest


@pytest.mark.check(points=1, pl="Silnia", en="The factorial")
def test_factorial(notebook):
    for n, wanted in ((0, 1), (1, 1), (5, 120), (30, 265252859812191058636308480000000)):
        notebook.equal(notebook.factorial(n), wanted)


@pytest.mark.check(points=1, pl="Rekurencyjnie, bez pętli", en="Recursive, without a loop")
def test_recursive(notebook):
    notebook.equal(notebook.factorial(4), 24)
    source = notebook.source("factorial")
    if source.uses_loop or not source.is_recursive or source.imports("math"):
        notebook.refuse(pl="Użyj rekurencji, a nie pętli.", en="Use recursion and not a loop.")
