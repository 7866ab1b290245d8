"""Tests and locked cells are the course's, and run where they belong, whatever became of them in a notebook."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.judging.cells.placing import Placed, place
from grader.model import Cell
from tests.source_notebooks import HandIn, course_of, graded, locked, solution, text

CELLS = [
    text("# Ćwiczenia"),
    locked("setup", "import math\nSCALE = 2"),
    text("## Część A\nNapisz `double`."),
    solution("double", "def double(n):\n    return SCALE * n"),
    graded("test double", "assert double(2) == 4\nassert double(0) == 0\n### BEGIN HIDDEN TESTS\n"
    "assert double(3) == 6\n"
           "### END HIDDEN TESTS"),
    text("## Część B\nNapisz `halve`."),
    solution("halve", "def halve(n):\n    return n / SCALE"),
    graded("test halve", "assert halve(2) == 1\nassert halve(1) == 0.5"),
]  # fmt: skip
TEST_DOUBLE, TEST_HALVE = 4, 7


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> HandIn:
    return HandIn.of(course_of(tmp_path_factory.mktemp("ćwiczenia"), *CELLS))


def _placed(hand_in: HandIn) -> Placed:
    assert hand_in.course.assignment is not None
    return place(hand_in.notebook, hand_in.course.assignment)


def _order(hand_in: HandIn) -> list[str]:
    """What runs, in order: the first line of each cell, and where tests are."""
    placed = _placed(hand_in)
    order = [f"test {at}" for at in placed.tests.get(None, ())]
    for cell in placed.notebook.cells:
        order += [cell.source.splitlines()[0], *(f"test {at}" for at in placed.tests.get(cell.index, ()))]
    return order


RIGHT = ["import math", "def double(n):", "test 4", "def halve(n):", "test 7"]
CHANGES: dict[str, Callable[[HandIn], HandIn]] = {
    "as handed out": lambda one: one,
    "without metadata": lambda one: one.bare(),
    "a test is deleted": lambda one: one.without("test double"),
    "all tests are deleted": lambda one: one.without("test double", "test halve"),
    "tests deleted, no metadata": lambda one: one.without("test double", "test halve").bare(),
    "a locked cell is deleted": lambda one: one.without("setup"),
    "a test is changed": lambda one: one.also("test double", "assert True"),
    "a test is changed a little, no metadata": lambda one: one.also(
        "test double", "assert double(2) == 4\nassert double(0) == 0\nassert True"
    ).bare(),
    "a locked cell is changed": lambda one: one.also("setup", "SCALE = 200"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_each_runs_at_its_place(change: Callable[[HandIn], HandIn], right: HandIn) -> None:
    assert _order(change(right)) == RIGHT


def test_the_locked_cells_source_is_the_courses(right: HandIn) -> None:
    placed = _placed(right.also("setup", "SCALE = 200"))
    assert placed.notebook.cells[0].source == "import math\nSCALE = 2"


def test_a_copy_of_a_test_with_its_id_is_the_participants_own(right: HandIn) -> None:
    """Jupyter copies a cell with its metadata; what was written in the copy counts."""
    copied = right.after("double", "print(double(21))", "test double")
    assert _order(copied) == ["import math", "def double(n):", "print(double(21))", "test 4", "def halve(n):", "test 7"]


def test_a_test_that_two_cells_claim_runs_once(right: HandIn) -> None:
    forged = right.first("assert True")
    forged = HandIn(forged.course, (Cell(0, "assert True", ids=("test halve",)), *forged.cells[1:]))
    assert _order(forged) == ["assert True", *RIGHT]


def test_a_solution_below_a_deleted_test_is_in_time(right: HandIn) -> None:
    """The test of A comes as late as the next cell of the source allows."""
    one = (
        right.without("test double", "double")
        .after("setup", "x = 1")
        .before("halve", "def double(n):\n    return 2 * n")
    )
    assert _order(one.bare()) == ["import math", "x = 1", "def double(n):", "test 4", "def halve(n):", "test 7"]


def test_an_empty_notebook_has_all_tests(right: HandIn) -> None:
    placed = _placed(HandIn(right.course, (Cell(0, "x = 1"),)))
    assert [at for tests in placed.tests.values() for at in tests] == [TEST_DOUBLE, TEST_HALVE]
