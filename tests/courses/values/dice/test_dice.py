import pytest


@pytest.mark.check(points=1, pl="Zawsze oczka kostki", en="Always a die's face")
def test_faces(notebook):
    rolls = [notebook.roll() for _ in range(200)]
    assert set(rolls) == {1, 2, 3, 4, 5, 6}, "in 200 rolls each face from 1 to 6 should come up, and nothing else"


@pytest.mark.check(points=1, pl="Różne rzuty", en="Different rolls")
def test_differ(notebook):
    first, second = ([notebook.roll() for _ in range(20)] for _ in range(2))
    assert first != second, "two series of 20 rolls should differ"
