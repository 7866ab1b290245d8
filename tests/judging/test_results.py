"""What a result says where there are no points to give."""

from __future__ import annotations

from grader.i18n import render
from grader.model import ExerciseStatus, SubmissionStatus
from tests.conftest import GradeCells, result

MEAN = "def get_backprop(y_hat, y, x):\n    return np.mean(2 * (y_hat - y) * x), np.mean(2 * (y_hat - y))"


def test_a_function_with_too_few_arguments_is_reported(grade_cells: GradeCells) -> None:
    exercise = result(grade_cells("def get_linear_forward(x):\n    return 3 * x + 2"), "1a")
    assert exercise.status is ExerciseStatus.FAILED
    assert "get_linear_forward(x) in cell 2" in render(exercise.notes[0], "en")


def test_a_near_miss_name_is_suggested(grade_cells: GradeCells) -> None:
    grade = grade_cells(MEAN.replace("get_backprop", "get_backporp"))
    assert result(grade, "3b").status is ExerciseStatus.MISSING
    assert "get_backporp in cell 2" in render(result(grade, "3b").notes[0], "en")


def test_no_function_at_all_is_reported(grade_cells: GradeCells) -> None:
    grade = grade_cells("print('hello')")
    assert grade.status is SubmissionStatus.NO_EXERCISES
    assert grade.score == 0


def test_a_function_that_was_not_rewritten_yet_is_missing_not_wrong(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    grade = grade_cells(solutions["3a"])
    assert result(grade, "3a").status is ExerciseStatus.PASSED
    assert result(grade, "3b").status is ExerciseStatus.MISSING
    assert "still that of exercise 3a" in render(result(grade, "3b").notes[0], "en")
    begun = grade_cells(solutions["3a"], solutions["3a"])
    assert result(begun, "3b").status is ExerciseStatus.FAILED
