"""What a result says where there are no points to give."""

from __future__ import annotations

import pytest

from grader.i18n import render
from grader.model import CheckStatus, ExerciseStatus, SubmissionStatus
from grader.report.findings import findings
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


PRINTS_ALL_BUT_FORGETS_B = (
    "def train(x, y, init_w, init_b, alpha, epochs):\n    w, b = init_w, init_b\n    for i in range(epochs):\n"
    "        y_hat = get_linear_forward(x, w, b)\n        dw, db = get_backprop(y_hat, y, x)\n"
    "        w = w - alpha * dw\n        print('strata', compute_mse_loss(y_hat, y))\n    return w, b"
)
WARNS = (
    "import warnings, sys\ndef train(x, y, init_w, init_b, alpha, epochs):\n    w, b = init_w, init_b\n"
    "    for i in range(epochs):\n        y_hat = get_linear_forward(x, w, b)\n"
    "        dw, db = get_backprop(y_hat, y, x)\n        w, b = update_params(w, b, alpha, dw, db)\n"
    "        loss = compute_mse_loss(get_linear_forward(x, w, b), y)\n        {}\n    return w, b"
)


def test_nothing_is_said_of_the_bonus_while_the_exercise_is_not_right(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    exercise = result(grade_cells(*{**solutions, "5": PRINTS_ALL_BUT_FORGETS_B}.values()), "5")
    bonus = exercise.checks[-1]
    assert (bonus.max_bonus, bonus.status, bonus.message, bonus.diagnosis) == (1, CheckStatus.NOT_RUN, None, None)
    assert bonus not in [check for found in findings(exercise) for check in (found.check, *found.same)]


@pytest.mark.parametrize("line", ["warnings.warn(f'strata {loss}')", "print(f'strata {loss}', file=sys.stderr)"])
def test_the_bonus_is_for_what_is_printed_and_no_warning_is_shown(
    line: str, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    exercise = result(grade_cells(*{**solutions, "5": WARNS.format(line)}.values()), "5")
    assert (exercise.points, exercise.bonus) == (5, 0)
    assert "printed nothing" in render(exercise.checks[-1].message or "", "en")
    assert exercise.checks[-1].actual is None or "strata" not in exercise.checks[-1].actual


def test_only_functions_that_stand_in_the_source_are_said_to_be_called(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    half = "def get_backprop(y_hat, y, x):\n    return np.mean((y_hat - y) * x), np.mean(y_hat - y)"
    up = "def update_params(w, b, alpha, dw, db):\n    return w + alpha * dw, b + alpha * db"
    alone = (
        "def train(x, y, init_w, init_b, alpha, epochs):\n    w, b = init_w, init_b\n    for i in range(epochs - 1):\n"
        "        r = w * x + b - y  # get_backprop(r)\n"
        "        w, b = w - alpha * np.mean(2 * r * x), b - alpha * np.mean(2 * r)\n    return w, b"
    )
    helped = (
        "def step(x, y, w, b):\n    return gradients(w * x + b, y, x)\ndef gradients(*given):\n"
        "    return get_backprop(*given)\ndef train(x, y, init_w, init_b, alpha, epochs):\n    w, b = init_w, init_b\n"
        "    for i in range(epochs - 1):\n        dw, db = step(x, y, w, b)\n"
        "        w, b = w - alpha * dw, b - alpha * db\n    return w, b"
    )
    for train, called in ((alone, ()), (helped, ("3b",))):
        grade = grade_cells(*{**solutions, "3b": half, "4": up, "5": train}.values())
        assert result(grade, "5").calls == called
