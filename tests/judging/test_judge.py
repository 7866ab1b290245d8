"""Which version counts for which exercise: names, arguments, the in-place edit, carried-forward errors."""

from __future__ import annotations

import pytest

from grader.i18n import render
from grader.model import CheckStatus, ExerciseStatus, SubmissionStatus
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


def test_the_best_of_several_versions_counts(grade_cells: GradeCells) -> None:
    grade = grade_cells(LINEAR, "def get_linear_forward(x, w, b):\n    return w * x")
    assert result(grade, "1a").points == 2
    assert result(grade, "1a").cell == 1


def test_a_function_whose_name_is_later_bound_to_its_result_still_counts(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    call = "update_params = update_params(1, 0, 0.1, 0.7, -0.01)"
    grade = grade_cells(*solutions.values(), call)
    assert grade.score == 18


def test_both_names_of_exercise_4_count(grade_cells: GradeCells) -> None:
    source = "def update_parameters(w, b, lr, dw, db):\n    return [w - lr * dw, b - lr * db]"
    assert result(grade_cells(source), "4").status is ExerciseStatus.PASSED


@pytest.mark.parametrize(
    "source",
    [
        "def get_linear_forward(w, x, b):\n    return w * x + b",
        "def get_linear_forward(bias, waga, X):\n    return waga * X + bias",
        "def get_linear_forward(p, q, r):\n    return q * p + r",
        "def get_linear_forward(p, q, r):\n    return r * q + p",
        "def get_linear_forward(x, w, b, verbose=False):\n    return w * x + b",
        "def get_linear_forward(*args):\n    x, w, b = args\n    return w * x + b",
        "get_linear_forward = lambda x, w, b: w * x + b",
        "def linear(x, w, b):\n    return w * x + b\nget_linear_forward = linear",
        "class Neuron:\n    def get_linear_forward(self, x, w, b):\n        return w * x + b",
        "class Neuron:\n    @staticmethod\n    def get_linear_forward(x, w, b):\n        return w * x + b",
        "class Neuron:\n    def __init__(self, n):\n        self.n = n\n"
        "    def get_linear_forward(self, x, w, b):\n        return w * x + b\nneuron = Neuron(1)",
        "import functools\ndef log(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        return f(*a, **k)\n"
        "    return inner\n@log\ndef get_linear_forward(x, w, b):\n    return w * x + b",
        "%%time\ndef get_linear_forward(x, w, b):\n    return w * x + b",
        "def get_linear_forward(x, w, b):\n    x = x.astype(float)\n    x *= w\n    x += b\n    return x",
    ],
)
def test_a_function_is_found_however_it_was_made(source: str, grade_cells: GradeCells) -> None:
    assert result(grade_cells(source), "1a").status is ExerciseStatus.PASSED


def test_names_settle_the_order_of_arguments(grade_cells: GradeCells) -> None:
    swapped = "def get_linear_forward(x, w, b):\n    return b * x + w"
    assert result(grade_cells(swapped), "1a").status is not ExerciseStatus.PASSED


def test_a_function_with_too_few_arguments_is_told(grade_cells: GradeCells) -> None:
    exercise = result(grade_cells("def get_linear_forward(x):\n    return 3 * x + 2"), "1a")
    assert exercise.status is ExerciseStatus.FAILED
    assert "get_linear_forward(x) in cell 2" in render(exercise.notes[0], "en")


def test_a_near_miss_name_is_suggested(grade_cells: GradeCells) -> None:
    grade = grade_cells(MEAN.replace("get_backprop", "get_backporp"))
    assert result(grade, "3b").status is ExerciseStatus.MISSING
    assert "get_backporp in cell 2" in render(result(grade, "3b").notes[0], "en")


def test_no_function_at_all_is_told(grade_cells: GradeCells) -> None:
    grade = grade_cells("print('hello')")
    assert grade.status is SubmissionStatus.NO_EXERCISES
    assert grade.score == 0


def test_arguments_that_a_function_changes_harm_no_later_check(grade_cells: GradeCells) -> None:
    spoiling = "def get_linear_forward(x, w, b):\n    y = w * x + b\n    x[:] = 0\n    return y"
    assert result(grade_cells(spoiling), "1a").status is ExerciseStatus.PASSED


def test_train_that_is_right_counts_though_an_earlier_exercise_is_wrong(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    wrong = {
        **solutions,
        "3b": "def get_backprop(y_hat, y, x):\n    return np.mean((y_hat - y) * x), np.mean(y_hat - y)",
    }
    grade = grade_cells(*wrong.values())
    exercise = result(grade, "5")
    assert exercise.status is ExerciseStatus.PASSED
    assert exercise.points == 4
    assert "get_backprop (3b)" in render(exercise.notes[0], "en")
    assert result(grade, "3b").status is ExerciseStatus.FAILED


def test_train_that_is_wrong_is_not_excused_by_an_earlier_exercise(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    wrong = {
        **solutions,
        "3b": "def get_backprop(y_hat, y, x):\n    return np.mean((y_hat - y) * x), np.mean(y_hat - y)",
        "5": "def train(x, y, init_w, init_b, alpha, epochs):\n"
        "    dw, db = get_backprop(get_linear_forward(x, init_w, init_b), y, x)\n"
        "    return update_params(init_w, init_b, alpha, dw, db)",
    }
    assert result(grade_cells(*wrong.values()), "5").status is not ExerciseStatus.PASSED


def test_an_error_in_a_call_names_the_participants_own_line(grade_cells: GradeCells) -> None:
    check = result(grade_cells("def get_linear_forward(x, w, b):\n    y = x * w\n    return y + bias"), "1a").checks[0]
    assert check.status is CheckStatus.ERROR
    assert check.message is not None
    assert "cell 2, line 3: return y + bias" in render(check.message, "en")
    assert check.actual == "NameError: name 'bias' is not defined"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("\n    while True: pass", CheckStatus.TIMED_OUT),
        ("\n    while True:\n        try:\n            while True: pass\n        except: pass", CheckStatus.TIMED_OUT),
        ("import os; os._exit(0)", CheckStatus.CRASHED),
        ("import ctypes; ctypes.string_at(0)", CheckStatus.CRASHED),
        ("raise SystemExit", CheckStatus.ERROR),
        ("return get_linear_forward(x, w, b)", CheckStatus.ERROR),
    ],
)
def test_a_call_that_hangs_dies_or_exits_costs_its_own_exercise_only(
    body: str, status: CheckStatus, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    bad = {**solutions, "1a": f"def get_linear_forward(x, w, b): {body}"}
    grade = grade_cells(*bad.values())
    assert result(grade, "1a").points == 0
    assert result(grade, "1a").checks[0].status is status
    assert {item.id for item in grade.exercises if item.status is ExerciseStatus.PASSED} >= {"1b", "3a", "3b", "4", "6"}


def test_answers_of_a_carried_judging_earn_nothing_elsewhere(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    """While train is judged again, the grader answers its get_backprop; keeping that answerer must not pass 3b."""
    stolen = {
        **solutions,
        "3a": "",
        "3b": "import builtins\ndef get_backprop(y_hat, y, x):\n"
        "    return getattr(builtins, 'kept', lambda *a: (0.0, 0.0))(y_hat, y, x)",
        "5": "def train(x, y, init_w, init_b, alpha, epochs):\n    builtins.kept = get_backprop\n"
        "    w, b = init_w, init_b\n    for _ in range(epochs):\n"
        "        dw, db = get_backprop(get_linear_forward(x, w, b), y, x)\n"
        "        w, b = update_params(w, b, alpha, dw, db)\n    return w, b",
    }
    grade = grade_cells(*stolen.values())
    assert result(grade, "3a").points == result(grade, "3b").points == 0
    assert result(grade, "5").points == 4, "train itself is right"


def test_a_function_that_was_not_rewritten_yet_is_missing_not_wrong(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    grade = grade_cells(solutions["3a"])
    assert result(grade, "3a").status is ExerciseStatus.PASSED
    assert result(grade, "3b").status is ExerciseStatus.MISSING
    assert "still that of exercise 3a" in render(result(grade, "3b").notes[0], "en")
    begun = grade_cells(solutions["3a"], solutions["3a"])
    assert result(begun, "3b").status is ExerciseStatus.FAILED


def test_losses_that_are_missing_among_what_was_printed_are_told_with_what_was_printed(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    for text, shown in (("pass", None), ("print('epoka', epoch)", "epoka 0 epoka 1")):
        train = f"{solutions['5'].split('        if verbose')[0]}        {text}\n    return w, b\n"
        check = result(grade_cells(*{**solutions, "5": train}.values()), "5").checks[-1]
        assert check.status is CheckStatus.FAILED
        assert check.actual is None if shown is None else str(check.actual).startswith(shown)
