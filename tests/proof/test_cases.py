"""What an exercise is proved with, and what stands in a notebook before it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.course.sources import read_file
from grader.errors import CourseError
from grader.proof.cases import Kind, candidates, visible_asserts
from tests.proof.sick_course import double, write_course


def test_an_exercise_is_proved_with_all_that_its_folder_holds_and_with_idle_functions_and_mutants(
    tmp_path: Path,
) -> None:
    files = {"right/suma.py": double("x + x"), "mistakes/half.py": double("x / 2"), "wrong/ranks.py": double("x")}
    exercise = write_course(tmp_path, {"zdrowe": files}).exercise("zdrowe")
    found = list(candidates(exercise))
    assert Counter(candidate.kind for candidate in found) == {
        Kind.REFERENCE: 1, Kind.STUB: 1, Kind.IDLE: 7, Kind.RIGHT: 1, Kind.WRONG: 1, Kind.MISTAKE: 1, Kind.MUTANT: 9,
    }  # fmt: skip
    assert {candidate.exercise for candidate in found} == {"zdrowe"}
    by_name = {candidate.name: candidate for candidate in found}
    assert by_name["half"].source == double("x / 2"), "without the hints"
    assert by_name["(0, 0)"].source == double("(0, 0)")
    assert {candidate.kind for candidate in found if candidate.plain} == {Kind.IDLE, Kind.MUTANT}


def test_a_solution_that_is_no_python_is_an_authors_error(tmp_path: Path) -> None:
    exercise = write_course(tmp_path, {"1": {"solution.py": "def double(x:\n"}}).exercise("1")
    with pytest.raises(CourseError, match=r"solution\.py, line 1: "):
        list(candidates(exercise))


def test_before_an_exercise_stand_the_opening_cells_and_the_earlier_references_of_other_functions(
    course: Course,
) -> None:
    cells = course.cells_before(course.exercise("3b"))
    solutions = [read_file(course.folder / id / "solution.py") for id in ("1a", "1b", "2")]
    assert cells == ["import numpy as np\n", read_file(course.folder / "data.py"), *solutions], (
        "3a has its function too"
    )


def test_visible_asserts_are_those_of_the_notebook(course: Course) -> None:
    assert "assert" in visible_asserts(course.exercise("1a"))
