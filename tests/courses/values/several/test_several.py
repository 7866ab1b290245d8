import pytest


@pytest.mark.check(points=1, pl="Pole", en="The area")
def test_area(notebook, rng):
    for side in [1, 2, int(rng.integers(3, 99))]:
        notebook.equal(notebook.area(side), side**2)


@pytest.mark.check(points=1, pl="Objętość", en="The volume")
def test_volume(notebook):
    notebook.equal(notebook.volume(2, 5), 20)
    notebook.equal(notebook.volume(3, height=1), 9)
