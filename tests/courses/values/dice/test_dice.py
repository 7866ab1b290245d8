import pytest


@pytest.mark.check(points=1, pl="Zawsze oczka kostki", en="Always a die's face")
def test_faces(notebook):
    rolls = [notebook.roll() for _ in range(200)]
    if set(rolls) != {1, 2, 3, 4, 5, 6}:
        notebook.refuse(
            pl="W 200 rzutach powinny wypaść wszystkie liczby od 1 do 6 i nic innego.",
            en="In 200 rolls each face from 1 to 6 should come up, and nothing else.",
        )


@pytest.mark.check(points=1, pl="Różne rzuty", en="Different rolls")
def test_differ(notebook):
    first, second = ([notebook.roll() for _ in range(20)] for _ in range(2))
    if first == second:
        notebook.refuse(pl="Dwie serie po 20 rzutów powinny się różnić.", en="Two series of 20 rolls should differ.")
