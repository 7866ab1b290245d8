"""What a person grades has no points and no zero until somebody gives them; then it counts like any other check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.course import loader
from grader.judging.by_hand import Mark, with_by_hand, with_marks
from grader.judging.results import blank_result
from grader.model import (
    Cell,
    CheckResult,
    CheckStatus,
    ExerciseResult,
    ExerciseStatus,
    Grade,
    Notebook,
    SubmissionStatus,
)
from tests.conftest import ROOT

COURSE = loader.load(ROOT / "tests" / "courses" / "values")
ESSAY, PLOT = COURSE.exercise("essay"), COURSE.exercise("plot")
P, F = CheckStatus.PASSED, CheckStatus.FAILED
Status = ExerciseStatus
ANSWERED = Notebook("a.ipynb", "Ż", "", texts=(Cell(1, "Bo tak.", ids=("essay-answer",)),))


def judged(status: ExerciseStatus, *checks: CheckStatus, cell: int | None = 3) -> ExerciseResult:
    """The plot as its tests judge it: two checks of a point each."""
    made = tuple(CheckResult(f"test_{at}", PLOT.title, one, 1, 0) for at, one in enumerate(checks))
    return replace(
        blank_result(PLOT, status, made), points=sum(one.points for one in made), cell=cell, begun=cell is not None
    )


def plot(result: ExerciseResult, **marks: float) -> ExerciseResult:
    whole = with_by_hand([result], COURSE, ANSWERED, only=["plot"])[0]
    return with_marks(whole, {unit: Mark(points) for unit, points in marks.items()})


def essay(notebook: Notebook | None = ANSWERED, **marks: float) -> ExerciseResult:
    whole = with_by_hand([], COURSE, notebook, only=["essay"])[0]
    return with_marks(whole, {f"essay/{unit}": Mark(points, "Za mało.") for unit, points in marks.items()})


def test_the_course_says_what_a_person_grades() -> None:
    assert (ESSAY.worth, ESSAY.max_points, ESSAY.tested, ESSAY.names) == (3, 0, False, ())
    assert [ESSAY.unit(line) for line in ESSAY.by_hand] == ["essay/why", "essay/example"]
    assert (PLOT.worth, PLOT.max_points, PLOT.tested) == (3, 2, True)
    assert [PLOT.unit(line) for line in PLOT.by_hand] == ["plot"], "the only one needs no name"


@pytest.mark.parametrize(
    ("marks", "status", "points", "left"),
    [
        ({}, Status.BY_HAND, 0, 3),
        ({"why": 1.5}, Status.BY_HAND, 1.5, 1),
        ({"why": 2, "example": 1}, Status.PASSED, 3, 0),
        ({"why": 0.1, "example": 0}, Status.PARTIAL, 0.1, 0),
        ({"why": 0, "example": 0}, Status.FAILED, 0, 0),
    ],
)
def test_a_written_answer(marks: dict[str, float], status: ExerciseStatus, points: float, left: float) -> None:
    result = essay(**marks)
    assert (result.status, result.points, result.max_points, result.by_hand_points) == (status, points, 3, left)
    assert (result.answer, result.cell) == ("Bo tak.", 1)
    assert sum(check.points for check in result.checks) == points
    assert [check.message for check in result.checks if check.is_given] == ["Za mało."] * len(marks)


@pytest.mark.parametrize(
    ("notebook", "status", "open_points"),
    [
        (None, Status.NOT_RUN, 0),  # nobody could read it
        (Notebook("a.ipynb", "Ż", ""), Status.MISSING, 0),
    ],
)
def test_where_nothing_is_written_nothing_waits_and_a_person_may_give_points_all_the_same(
    notebook: Notebook | None, status: ExerciseStatus, open_points: float
) -> None:
    result = essay(notebook)
    assert (result.status, result.points, result.by_hand_points) == (status, 0, open_points)
    given = essay(notebook, why=2)
    assert (given.status, given.points) == (Status.PARTIAL, 2)


@pytest.mark.parametrize(
    ("result", "before", "marks", "after", "points"),
    [
        (judged(Status.PASSED, P, P), Status.BY_HAND, {"plot": 1}, Status.PASSED, 3),
        (judged(Status.PASSED, P, P), Status.BY_HAND, {"plot": 0}, Status.PARTIAL, 2),
        (judged(Status.SUPERSEDED, P, P), Status.BY_HAND, {"plot": 1}, Status.PASSED, 3),
        (judged(Status.PARTIAL, P, F), Status.PARTIAL, {"plot": 1}, Status.PARTIAL, 2),
        (judged(Status.FAILED, F, F), Status.FAILED, {"plot": 0.5}, Status.PARTIAL, 0.5),
        (judged(Status.FAILED, F, F), Status.FAILED, {"plot": 0}, Status.FAILED, 0),
        (judged(Status.GRADER_FAULT, P, F), Status.GRADER_FAULT, {"plot": 1}, Status.GRADER_FAULT, 2),
        (judged(Status.MISSING, cell=None), Status.MISSING, {}, Status.MISSING, 0),
    ],
)
def test_an_exercise_of_which_a_person_grades_a_part(
    result: ExerciseResult, before: ExerciseStatus, marks: dict[str, float], after: ExerciseStatus, points: float
) -> None:
    waiting = plot(result)
    assert (waiting.status, waiting.max_points) == (before, 3)
    assert waiting.by_hand_points == (0 if before is Status.MISSING else 1)
    given = plot(result, **marks)
    assert (given.status, given.points, given.by_hand_points) == (after, points, 0)


def test_marks_for_what_no_person_grades_change_nothing() -> None:
    result = plot(judged(Status.PARTIAL, P, F))
    assert with_marks(result, {"test_1": Mark(1), "essay/why": Mark(1)}) == result


def test_min_score_counts_what_is_certain() -> None:
    whole = (plot(judged(Status.PASSED, P, P)), essay())  # 2 points of 6 are certain
    grade = Grade(ANSWERED, SubmissionStatus.GRADED, 0, whole)
    assert (grade.score, grade.max_score, grade.judged_max_score, grade.by_hand_points) == (2, 6, 2, 4)
    assert grade.reached(33)
    assert not grade.reached(34)
    given = replace(grade, exercises=(plot(judged(Status.PASSED, P, P), plot=1), essay(why=2, example=1)))
    assert given.reached(100)
    assert given.by_hand_points == 0


def test_the_share_of_points_is_exact() -> None:
    for points in (0.1, 0.3, 1 / 3, 1.7):
        check = essay(why=points).checks[0]
        assert check.points == round(points, 6)
