"""Which version counts for which exercise: names, arguments, the in-place edit, carried-forward errors."""

from __future__ import annotations

from grader.i18n import render
from grader.model import ExerciseStatus
from tests.conftest import GradeCells, result

LINEAR = "def get_linear_forward(x, w, b):\n    return w * x + b"
PER_OBSERVATION = "def get_backprop(y_hat, y, x):\n    return 2 * (y_hat - y) * x, 2 * (y_hat - y)"
MEAN = "def get_backprop(y_hat, y, x):\n    return np.mean(2 * (y_hat - y) * x), np.mean(2 * (y_hat - y))"


def test_both_versions_of_a_function_that_is_written_twice_count(grade_cells: GradeCells) -> None:
    grade = grade_cells(PER_OBSERVATION, MEAN)
    assert result(grade, "3a").status is ExerciseStatus.PASSED
    assert result(grade, "3a").cell == 1
    assert result(grade, "3b").status is ExerciseStatus.PASSED
    assert result(grade, "3b").cell == 2


def test_both_versions_in_one_cell_count(grade_cells: GradeCells) -> None:
    grade = grade_cells(f"{PER_OBSERVATION}\n\n{MEAN}")
    assert result(grade, "3a").status is result(grade, "3b").status is ExerciseStatus.PASSED


def test_the_in_place_edit_credits_the_earlier_exercise(grade_cells: GradeCells) -> None:
    grade = grade_cells(MEAN)
    assert result(grade, "3a").status is ExerciseStatus.SUPERSEDED
    assert result(grade, "3a").points == 3
    assert "exercise 3b" in render(result(grade, "3a").notes[0], "en")


def test_a_wrong_earlier_version_is_not_excused_by_a_right_later_one(grade_cells: GradeCells) -> None:
    grade = grade_cells("def get_backprop(y_hat, y, x):\n    return (y - y_hat) * x, (y - y_hat)", MEAN)
    assert result(grade, "3a").status is ExerciseStatus.FAILED
    assert result(grade, "3a").cell == 1
    assert result(grade, "3b").status is ExerciseStatus.PASSED


def test_a_function_whose_name_is_later_bound_to_its_result_still_counts(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    call = "update_params = update_params(1, 0, 0.1, 0.7, -0.01)"
    grade = grade_cells(*solutions.values(), call)
    assert grade.score == 18


def test_both_names_of_exercise_4_count(grade_cells: GradeCells) -> None:
    source = "def update_parameters(w, b, lr, dw, db):\n    return [w - lr * dw, b - lr * db]"
    assert result(grade_cells(source), "4").status is ExerciseStatus.PASSED
