"""What a report shows of a failing check: the shortest call, where to paste it, and how it is worked out."""

from __future__ import annotations

import pytest

from grader.course.course import Course
from grader.i18n import render
from grader.model import CheckResult, CheckStatus, Grade
from tests.conftest import GradeCells, result

FORWARD = "def get_linear_forward(x, w, b):\n    return "


def shown(grade: Grade, exercise: str, at: int = 0) -> CheckResult:
    """The check of an exercise that did not pass."""
    return [check for check in result(grade, exercise).checks if check.status is not CheckStatus.PASSED][at]


def paste(check: CheckResult) -> str:
    return "" if check.paste is None else render(check.paste, "en")


def worked(check: CheckResult) -> list[str]:
    return [render(text, "en") for text in check.worked]


def test_a_call_that_fails_from_some_length_on_is_shown_with_that_length(grade_cells: GradeCells) -> None:
    check = shown(grade_cells(f"{FORWARD}np.append(w * x[:5] + b, 0 * x[5:])"), "1a")
    assert check.input is not None
    x = eval(check.input.removeprefix("get_linear_forward"), {"np": __import__("numpy")})[0]
    assert len(x) == 6


def test_a_call_that_fails_for_one_number_is_shown_with_it_alone(grade_cells: GradeCells) -> None:
    check = shown(grade_cells(f"{FORWARD}np.where(abs(x) > 9, 0, w * x + b)"), "1a")
    assert check.input is not None
    x = eval(check.input.removeprefix("get_linear_forward"), {"np": __import__("numpy")})[0]
    assert [abs(one) > 9 for one in x] == [True]
    assert check.expected != check.actual


def test_no_call_has_dots_in_it(grade_cells: GradeCells) -> None:
    grade = grade_cells(f"{FORWARD}np.append(w * x[:80] + b, 0 * x[80:])", "def normalize(x):\n    return x * 2")
    checks = [check for one in grade.exercises for check in one.checks]
    assert any(check.input for check in checks)
    assert not [check.input for check in checks if check.input and ("..." in check.input or len(check.input) > 900)]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["def compute_mse_loss(y_hat, y):\n    return 7"], ""),
        (["def compute_mse_loss(y_hat, y):\n    return 7", "compute_mse_loss = 3"], "run cell 2 first"),
        (["k = 8\ndef compute_mse_loss(y_hat, y):\n    return abs(y_hat - y)[0] + k - 8", "k = 9"], ""),
        (
            [
                "n = -1\ndef compute_mse_loss(y_hat, y):\n    global n\n    n += 1\n"
                "    return np.mean((y_hat - y) ** 2) + n"
            ],
            "Called again with the same arguments it gives something else",
        ),
    ],
    ids=["anywhere", "name-taken", "name-rebound", "remembers"],
)
def test_where_to_paste_the_call(cells: list[str], says: str, grade_cells: GradeCells) -> None:
    text = paste(shown(grade_cells(*cells), "1b"))
    assert (says in text) if says else not text


def test_numpy_has_the_name_that_the_notebook_gives_it(grade_cells: GradeCells) -> None:
    grade = grade_cells("class N:\n    def normalize(self, x):\n        return x + 1", "n = N()")
    assert (shown(grade, "6").input or "").startswith("n.normalize(np.array(")


def test_where_nothing_is_named_the_call_is_worked_out(grade_cells: GradeCells) -> None:
    third = "    return w - alpha * w_gradient / 3, b - alpha * b_gradient / 3"
    check = shown(grade_cells(f"def update_params(w, b, alpha, w_gradient, b_gradient):\n{third}"), "4")
    assert check.diagnosis is None
    assert worked(check) == ["new_w = 3 - 0.5 * 2 = 2", "new_b = 1 - 0.5 * 4 = -1"]


def test_where_a_mistake_is_named_nothing_is_worked_out(grade_cells: GradeCells) -> None:
    grade = grade_cells(f"{FORWARD}w * x")
    assert shown(grade, "1a").diagnosis is not None
    assert not any(check.worked for one in grade.exercises for check in one.checks)


LOSS_OF = (
    "def train(x, y, init_w, init_b):\n    return 5 * compute_mse_loss(get_linear_forward(x, init_w, init_b), y) + 3"
)


def test_the_first_step_in_which_an_own_function_differs_is_named(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    right = worked(shown(grade_cells(solutions["1a"], solutions["1b"], LOSS_OF), "2"))
    assert right[-1].startswith("Your own get_linear_forward, compute_mse_loss give the same in each of these steps")
    wrong = worked(shown(grade_cells(solutions["1a"], solutions["1b"].replace("2))", "2)) + 11"), LOSS_OF), "2"))
    assert wrong[-1] == "Your own function gives something else: compute_mse_loss(2, 5) = 20"


def test_a_function_that_is_not_called_is_not_spoken_of(grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    alone = "def train(x, y, init_w, init_b):\n    return 5 * np.mean((init_w * x + init_b - y) ** 2) + 3"
    lines = worked(shown(grade_cells(solutions["1a"], solutions["1b"], alone), "2"))
    assert lines
    assert not [line for line in lines if "Your own" in line]


def test_what_is_right_but_for_an_earlier_exercise_shows_no_call(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    silent = "\n".join(line for line in solutions["5"].splitlines() if "print" not in line and "loss" not in line)
    silent = silent.replace("        if verbose:\n", "").replace("if verbose:", "")
    cells = {**solutions, "5": silent, "4": "def update_params(w, b, alpha, dw, db):\n    return w + 1, b"}
    five = result(grade_cells(*cells.values()), "5")
    assert five.points == 4
    assert not [check for check in five.checks if check.input]


@pytest.mark.parametrize(
    ("cell", "exercise", "says"),
    [
        (
            "def train(x, y, init_w, init_b, alpha):\n    return init_w, init_b",
            "5",
            "Missing in its def line: `epochs`.",
        ),
        ("def train2(x, y, w, b, alpha, epochs):\n    return w, b", "5", "The function train2 in cell 3 looks like it"),
        ("def get_backprop_mean(y_hat, y, x):\n    return 1, 2", "3b", "get_backprop_mean in cell 3"),
        (
            "def helper():\n    def normalize(x):\n        return x - np.mean(x)\n    return 1",
            "6",
            "normalize is defined inside another function (cell 3)",
        ),
    ],
    ids=["missing-parameter", "longer-name", "mean", "nested"],
)
def test_what_is_almost_there_is_pointed_at(
    cell: str, exercise: str, says: str, grade_cells: GradeCells, course: Course
) -> None:
    earlier = {"5": "2", "3b": "3a", "6": "1a"}[exercise]
    before = (course.exercise(earlier).folder / "solution.py").read_text("utf-8")
    notes = [render(note, "en") for note in result(grade_cells(before, cell), exercise).notes]
    assert any(says in note for note in notes), notes
