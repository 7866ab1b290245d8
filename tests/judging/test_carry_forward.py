"""A mistake in an earlier exercise costs its points once; a mistake of its own is not excused."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from grader.course.course import Course
from grader.i18n import Titles, render
from grader.judging.attempts import Attempt, Examiner
from grader.judging.binding import Binding
from grader.judging.carry_forward import Need, carry_forward
from grader.judging.results import Judged, result_of
from grader.kernel.session import CannotAnswer, Invocation, Parameter, StandInAnswer, Version
from grader.model import CheckResult, CheckStatus, ExerciseStatus
from tests.conftest import GradeCells, result


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


def test_train_that_is_right_counts_though_a_right_function_was_written_again_wrongly(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    half = "def get_backprop(y_hat, y, x):\n    return np.mean(2 * (y_hat - y) * x), 2 * (y_hat - y)"
    grade = grade_cells(*{**solutions, "3a": solutions["3b"], "3b": half}.values())
    assert result(grade, "3b").status is ExerciseStatus.PASSED
    exercise = result(grade, "5")
    assert (exercise.status, exercise.points, exercise.bonus) == (ExerciseStatus.PASSED, 4, 1)
    assert "only because of get_backprop (3b)." in render(exercise.notes[0], "en")
    later = "An earlier get_backprop passed as exercise 3b. Later cells call the one in cell 6, which is wrong."
    assert render(exercise.notes[1], "en") == later


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


def attempt(*statuses: CheckStatus, bonus: CheckStatus = CheckStatus.PASSED) -> Attempt:
    """At exercise 5: a point for each status, and one of bonus."""
    checks = [CheckResult(f"test_{at}", Titles("", ""), status, 1, 0) for at, status in enumerate(statuses)]
    checks.append(CheckResult("test_bonus", Titles("", ""), bonus, 0, 1))
    return Attempt(Version("v", "train", 9, "", None, "", False), Binding((0,)), tuple(checks), ())


def carried(course: Course, own: Attempt, *others: Attempt) -> Judged:
    """Exercise 5 judged again, with these attempts where 3b is right."""
    exercise, left = course.exercise("5"), list(others)
    examiner = SimpleNamespace(
        course=course,
        versions=lambda exercise: [own.version],
        ways=lambda exercise, versions, asked: [(own.binding, Invocation(own.version, False, asked))] * len(others),
        attempt=lambda *_: left.pop(0),
    )
    judged = Judged(exercise, result_of(exercise, own), own, (own,))
    return carry_forward(judged, [Need(course.exercise("3b"), ())], cast(Examiner, examiner))


OK, BAD = CheckStatus.PASSED, CheckStatus.FAILED


def test_an_exercise_that_passes_with_a_right_earlier_one_loses_only_the_deduction(course: Course) -> None:
    judged = carried(course, attempt(BAD, BAD), attempt(BAD, OK), attempt(OK, OK))
    assert (judged.result.status, judged.result.points, judged.result.bonus) == (ExerciseStatus.PASSED, 4, 1)
    assert not judged.to_diagnose


def test_an_exercise_that_fails_all_the_same_keeps_its_points_and_all_attempts_to_diagnose(course: Course) -> None:
    own, other, another = attempt(BAD, OK), attempt(BAD, OK), attempt(BAD, BAD)
    judged = carried(course, own, other, another)
    assert (judged.result.status, judged.result.points) == (ExerciseStatus.PARTIAL, 1)
    assert judged.attempt is own
    assert judged.to_diagnose == (own, other, another)


@pytest.mark.parametrize(("before", "after", "earned"), [(BAD, OK, 1), (BAD, BAD, 0), (OK, BAD, 1)])
def test_an_exercise_that_passed_may_gain_its_bonus_and_never_lose_it(
    before: CheckStatus, after: CheckStatus, earned: int, course: Course
) -> None:
    judged = carried(course, attempt(OK, bonus=before), attempt(OK, bonus=after))
    assert (judged.result.status, judged.result.bonus) == (ExerciseStatus.PASSED, earned)
    assert len(judged.result.notes) == (earned and before is BAD)


def test_a_bonus_that_only_a_wrong_loss_costs_is_earned(grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    wrong = {**solutions, "1b": "def compute_mse_loss(y_hat, y):\n    return np.sum((y_hat - y) ** 2)"}
    exercise = result(grade_cells(*wrong.values()), "5")
    assert (exercise.status, exercise.points, exercise.bonus) == (ExerciseStatus.PASSED, 5, 1)
    (note,) = exercise.notes
    assert render(note, "en") == "With a right compute_mse_loss (1b) it earns its bonus too."


HALF = "def get_backprop(y_hat, y, x):\n    return np.mean((y_hat - y) * x), np.mean(y_hat - y)"


def makes_up_for_half(train: str, factor: str) -> str:
    return train.replace("w_gradient, b_gradient)", f"{factor} * w_gradient, {factor} * b_gradient)")


def test_a_right_earlier_version_earns_its_bonus_though_a_later_one_makes_up_for_a_wrong_function(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    silent = makes_up_for_half(solutions["5"], "2").replace("if verbose:", "if False:")
    cells = [*({**solutions, "3b": HALF}).values()]
    exercise = result(grade_cells(*cells[:-1], silent, cells[-1]), "5")
    assert (exercise.status, exercise.bonus) == (ExerciseStatus.PASSED, 1)
    assert "it earns its bonus too" in render(exercise.notes[0], "en")


def test_no_bonus_for_what_prints_right_losses_only_with_a_function_with_which_it_trains_wrong(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    cells = {**solutions, "3b": HALF, "5": makes_up_for_half(solutions["5"], "(1 if epochs > 9 else 2)")}
    exercise = result(grade_cells(*cells.values()), "5")
    assert (exercise.status, exercise.bonus) == (ExerciseStatus.PASSED, 0)


def answer_of(course: Course, *parameters: str) -> StandInAnswer:
    """What the grader answers for exercise 1a, whose function the participant wrote with these parameters."""
    given: list[Any] = []
    own = [Parameter(name, "positional_or_keyword", False) for name in parameters]
    version = Version("v", "get_linear_forward", 1, "", own, "", False)
    first = Attempt(version, Binding((2, 0, 1)), (), ())
    examiner = SimpleNamespace(
        course=course,
        versions=lambda exercise: [version],
        ways=lambda *_: [(first.binding, Invocation(version))],
        attempt=lambda exercise, binding, invocation, answer: given.append(answer) or attempt(BAD),
    )
    need = Need(course.exercise("1a"), (first,) if parameters else ())
    own_attempt = attempt(BAD)
    judged = Judged(course.exercise("5"), result_of(course.exercise("5"), own_attempt), own_attempt)
    carry_forward(judged, [need], cast(Examiner, examiner))
    return cast(StandInAnswer, given[0])


@pytest.mark.parametrize(
    ("parameters", "args", "kwargs"),
    [
        ((), (np.array([1, 2]), 3, 4), {}),
        ((), (), {"x": [1, 2], "b": 4, "w": 3}),
        (("b", "x", "w"), (4, [1, 2], 3), {}),
        (("b", "x", "w"), (4,), {"w": 3, "x": (1, 2)}),
    ],
)
def test_the_grader_answers_in_the_order_of_the_participants_own_definition(
    parameters: tuple[str, ...], args: tuple[object, ...], kwargs: Mapping[str, object], course: Course
) -> None:
    answer = answer_of(course, *parameters)
    assert np.asarray(answer("get_linear_forward", args, kwargs)).tolist() == [7.0, 10.0]


@pytest.mark.parametrize(
    "args",
    [
        (),
        (1, 2),
        ("x", 2, 3),
        (None, 2, 3),
        ([1, 2], [1, 2, 3], 4),
        (np.ones((9, 1)), np.ones((1, 9)), 0),
        ([[1], 2], 3, 4),
    ],
    ids=str,
)
def test_arguments_of_no_sense_have_no_answer(args: tuple[object, ...], course: Course) -> None:
    with pytest.raises(CannotAnswer, match="get_linear_forward got arguments that make no sense"):
        answer_of(course)("get_linear_forward", args, {})
    with pytest.raises(CannotAnswer, match="no such function"):
        answer_of(course)("print", args, {})


COLUMN = "def get_linear_forward(x, w, b):\n    return {}"


@pytest.mark.parametrize("column", ["(w * x + b).reshape(-1, 1)", "x[:, None] * w + b", "np.array([w * x + b]).T"])
def test_an_earlier_answer_in_another_form_costs_nothing_where_it_was_accepted(
    column: str, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    grade = grade_cells(*{**solutions, "1a": COLUMN.format(column)}.values())
    assert (grade.score, grade.bonus) == (18, 4)
    for id in ("2", "5"):
        said = " ".join(render(note, "en") for note in result(grade, id).notes)
        assert "get_linear_forward (1a) returns shape (N, 1)" in said
        assert "broadcasting" in said
    assert [render(note, "en") for note in result(grade, "1a").notes] == [
        "The answer should have shape (N,), and it has shape (N, 1). That is accepted."
    ]


def test_a_mistake_of_its_own_is_not_excused_by_an_accepted_form(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    wrong = "def train(x, y, init_w, init_b):\n    return compute_mse_loss(get_linear_forward(x, init_w, init_w), y)"
    column = COLUMN.format("(w * x + b).reshape(-1, 1)")
    grade = grade_cells(column, solutions["1b"], wrong)
    assert (result(grade, "2").status, result(grade, "2").points) == (ExerciseStatus.FAILED, 0)


def test_only_the_functions_that_were_called_are_named(grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    own = (
        "def train(x, y, init_w, init_b, alpha, epochs):\n    w, b = init_w, init_b\n    for _ in range(epochs):\n"
        "        dw, db = get_backprop(get_linear_forward(x, w, b), y, x)\n"
        "        w, b = w - alpha * dw, b - alpha * db\n    return w, b"
    )
    half = "def get_backprop(y_hat, y, x):\n    return np.mean((y_hat - y) * x), np.mean(y_hat - y)"
    up = "def update_params(w, b, alpha, dw, db):\n    return w + alpha * dw, b + alpha * db"
    exercise = result(grade_cells(*{**solutions, "3b": half, "4": up, "5": own}.values()), "5")
    assert exercise.points == 4
    assert "only because of get_backprop (3b)." in render(exercise.notes[0], "en")
