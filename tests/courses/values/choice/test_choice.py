import pytest


@pytest.mark.check(points=1, pl="Odpowiedź", en="The answer")
def test_answer(notebook):
    notebook.equal(notebook.answer, "C")
