"""A right solution never fails, whatever its style; a wrong one never passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring import without_docstring
from grader.course import Course
from grader.model import ExerciseStatus
from tests.conftest import ROOT, GradeCells, result

RIGHT = sorted((ROOT / "reference").glob("*/right/*.py"))
WRONG = sorted((ROOT / "reference").glob("*/mistakes/*.py"))
# These two always give the same answers; the first one's hint speaks of both.
SAME_ANSWERS = {"5-restarts-each-epoch": "one-epoch-only"}
ORDER = ["1a", "1b", "2", "3a", "3b", "4", "5", "6"]


def cells(path: Path, solutions: dict[str, str]) -> list[str]:
    """The reference's earlier exercises, then the file's code; never the reference's version of the same exercise."""
    exercise = path.parent.parent.name
    return [*(solutions[id] for id in ORDER[: ORDER.index(exercise)]), without_docstring(path.read_text("utf-8"))]


def name(path: Path) -> str:
    return f"{path.parent.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", RIGHT, ids=name)
def test_a_right_solution_earns_all_points_whatever_its_style(
    path: Path, grade_cells: GradeCells, solutions: dict[str, str], course: Course
) -> None:
    graded = result(grade_cells(*cells(path, solutions)), path.parent.parent.name)
    exercise = course.exercise(graded.id)
    assert graded.status is ExerciseStatus.PASSED, graded
    assert graded.points == exercise.max_points
    if graded.id == "6":
        assert graded.bonus == exercise.max_bonus


@pytest.mark.parametrize("path", WRONG, ids=name)
def test_a_known_mistake_never_passes_and_is_named(
    path: Path, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    graded = result(grade_cells(*cells(path, solutions)), path.parent.parent.name)
    if name(path) == "3a-mean-too-early":  # alone in a notebook it is what the in-place edit leaves
        assert graded.status is ExerciseStatus.SUPERSEDED
        return
    assert graded.status in (ExerciseStatus.FAILED, ExerciseStatus.PARTIAL), graded
    assert graded.points + graded.bonus < graded.max_points + graded.max_bonus
    found = next((check.diagnosis for check in graded.checks if check.diagnosis), None)
    assert found is not None, "a known mistake is named"
    assert found.mistake == SAME_ANSWERS.get(name(path), path.stem)


def test_every_exercise_has_at_least_eight_right_styles() -> None:
    counts = {exercise: sum(path.parent.parent.name == exercise for path in RIGHT) for exercise in ORDER}
    assert min(counts.values()) >= 8, counts
