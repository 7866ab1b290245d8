import pytest


@pytest.mark.check(points=1, pl="Prędkość", en="The speed")
def test_speed(notebook):
    notebook.equal(notebook.speed, 12.0)


@pytest.mark.check(points=1, pl="Ile zostało", en="How much is left")
def test_left(notebook):
    notebook.equal(notebook.left, 36)
