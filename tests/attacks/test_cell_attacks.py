"""No notebook deceives the test cells of an assignment, and each attack gets through where they run in the notebook."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from grader.config import Config, Limits
from grader.course.assignment import Role
from grader.course.course import Course
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.session import run
from grader.model import Cell, CellStatus, Grade, Notebook
from grader.pipeline import Grader, hidden_tests
from tests.attacks.cells import ASSIGNMENT, CELL_ATTACKS, FOUND, WRONG, CellAttack
from tests.source_notebooks import HandIn, course_of

LIMITS = Limits(cell_timeout_s=5, call_timeout_s=1, total_timeout_s=60)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return course_of(tmp_path_factory.mktemp("attacked"), *ASSIGNMENT)


@pytest.fixture(params=CELL_ATTACKS, ids=lambda attack: attack.name)
def attack(request: pytest.FixtureRequest) -> CellAttack:
    assert isinstance(request.param, CellAttack)
    return request.param


def _wrong(course: Course) -> HandIn:
    given = {"helpers": str(ASSIGNMENT[1]["source"])}
    return HandIn.of(course, {**WRONG, **given})


def _grade(hand_in: HandIn, warm: ForkServerClient | None) -> Grade:
    config = Config(lang="en", limits=LIMITS, hidden=(str(hand_in.course.folder),))
    with hidden_tests(hand_in.course) as tests:
        return Grader(hand_in.course, tests, config, warm).grade_notebook(hand_in.notebook)


def test_it_earns_nothing_and_finds_nothing(attack: CellAttack, course: Course, warm: ForkServerClient | None) -> None:
    grade = _grade(attack.make(_wrong(course)), warm)
    assert [(one.id, one.points) for one in grade.exercises if one.points] == []
    assert grade.open_points == 0
    assert not grade.faulted
    assert [one.index for one in grade.cells if FOUND in one.printed] == []


def test_it_gets_through_where_tests_run_in_the_notebook(
    attack: CellAttack, course: Course, warm: ForkServerClient | None
) -> None:
    if not attack.units:
        pytest.skip("it wants to see what is expected, or to break the test")
    whole = _with_tests(attack.make(_wrong(course)))
    with run(whole, Config(limits=LIMITS), warm) as session:
        failed = {one.index for one in session.cells if one.status is not CellStatus.OK}
    tests = {id for one in whole.cells if one.index not in failed for id in one.ids}
    present = {id for one in whole.cells for id in one.ids}
    assert {*attack.units} <= tests | (set(WRONG_TESTS) - present)


WRONG_TESTS = ("check number", "check double", "check array", "check table")


def _with_tests(hand_in: HandIn) -> Notebook:
    """The hand-in with the tests in their cells, as far as it left them alone."""
    assert hand_in.course.assignment is not None
    sources = {one.id: one for one in hand_in.course.assignment.cells if one.role is Role.TESTS}
    cells: list[Cell] = []
    for one in hand_in.cells:
        source = next((sources[id] for id in one.ids if id in sources), None)
        is_left = source is not None and one.source == source.stub
        cells.append(replace(one, source=source.source) if source is not None and is_left else one)
    return replace(hand_in.notebook, cells=tuple(cells))
