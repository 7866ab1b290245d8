"""What answers show beside the right ones: a mistake of a step, other arguments, right numbers in a wrong form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from grader.course.course import Course
from grader.diagnosis.by_answers import (
    find_clue,
    find_known_mistake,
    find_pair_with_part,
    find_vague_clue,
)
from grader.diagnosis.observed import Observed, alike, is_right
from grader.i18n import render
from grader.judging.suite import Suite
from grader.kernel.session import Opaque
from grader.model import Diagnosis
from tests.conftest import GradeCells, result
from tests.diagnosis.test_known_mistakes import EXERCISES, observed, right_functions

Answer = Callable[..., Any]
pytestmark = pytest.mark.filterwarnings("ignore:.*(empty slice|invalid value|Degrees of freedom)")  # of wrong answers


def trained(
    step: Callable[[Any, Any, Any, Any, Any], tuple[Any, Any]], last: Callable[..., Any] = lambda w, b: (w, b)
) -> Answer:
    """A train that makes this step in each epoch."""

    def train(x: Any, y: Any, w: Any, b: Any, alpha: Any, epochs: Any) -> Any:
        for _ in range(epochs):
            dw, db = step(x, y, w, b, alpha)
            w, b = w - alpha * dw, b - alpha * db
        return last(w, b)

    return train


def gradient(x: Any, y: Any, w: Any, b: Any, _alpha: Any = None) -> tuple[Any, Any]:
    return np.mean(2 * (w * x + b - y) * x), np.mean(2 * (w * x + b - y))


def summed_b(x: Any, y: Any, w: Any, b: Any, alpha: Any) -> tuple[Any, Any]:
    return gradient(x, y, w, b)[0], np.sum(2 * (w * x + b - y))


def reversed_gradient(x: Any, y: Any, w: Any, b: Any, alpha: Any) -> tuple[Any, Any]:
    return gradient(x, y, w, b)[::-1]


def history(x: Any, y: Any, w: Any, b: Any, alpha: Any, epochs: Any) -> list[tuple[Any, Any]]:
    train = trained(gradient)
    return [train(x, y, w, b, alpha, done) for done in range(epochs + 1)]


def squares(y_hat: Any, y: Any) -> Any:
    return (y_hat - y) ** 2


# Exercise, what is named, what the text says, the function.
KNOWN: list[tuple[str, str, str, Answer]] = [
    ("2", "1b:half-mean", "exercise 1b", lambda x, y, w, b: np.sum((w * x + b - y) ** 2) / (2 * len(x))),
    ("2", "1a:no-bias", "exercise 1a", lambda x, y, w, b: np.mean((w * x - y) ** 2)),
    (
        "5",
        "3b:factor-two-missing",
        "exercise 3b",
        trained(lambda x, y, w, b, _: (np.mean((w * x + b - y) * x), np.mean(w * x + b - y))),
    ),
    ("5", "3b:dw-without-x", "exercise 3b", trained(lambda x, y, w, b, _: (gradient(x, y, w, b)[1],) * 2)),
    ("5", "4:only-w-changed", "exercise 4", trained(lambda x, y, w, b, _: (gradient(x, y, w, b)[0], 0))),
    ("5", "gradients-swapped", "gradient of b", trained(reversed_gradient)),
]
CLUES: list[tuple[str, str, str, Answer]] = [
    ("1a", "sigmoid", "sigmoid", lambda x, w, b: 1 / (1 + np.exp(-(w * x + b)))),
    ("1a", "negative-cut-to-zero", "ReLU", lambda x, w, b: np.maximum(0, w * x + b)),
    ("1a", "running-total", "sum of all before", lambda x, w, b: np.cumsum(w * x + b)),
    ("1a", "comma-for-plus", "comma", lambda x, w, b: (w * x, b)),
    ("1a", "every-pair", "N x N", lambda x, w, b: w * x.reshape(-1, 1) + b * np.ones(len(x))),
    ("1a", "argument-returned", "argument wejście", lambda x, w, b: x),
    ("1a", "argument-negated", "sign of w", lambda x, w, b: b - w * x),
    ("1a", "sorted", "sorted", lambda x, w, b: np.sort(w * x + b)),
    ("1a", "first-item-left-out", "first item", lambda x, w, b: (w * x + b)[1:]),
    ("1b", "fixed-divisor", "divided by 3", lambda y_hat, y: np.sum(squares(y_hat, y)) / 3),
    ("1b", "divided-by-n", "divide it twice", lambda y_hat, y: np.mean(squares(y_hat, y)) / len(y)),
    ("1b", "column", "(N, 1)", lambda y_hat, y: np.mean((y_hat.reshape(-1, 1) - y) ** 2)),
    ("1b", "answer-rounded", "decimal places: 2", lambda y_hat, y: round(float(np.mean(squares(y_hat, y))), 2)),
    ("1b", "last-item-left-out", "last item", lambda y_hat, y: np.mean(squares(y_hat, y)[:-1])),
    ("1b", "first-items-only", "100 of them", lambda y_hat, y: np.mean(squares(y_hat, y)[:100])),
    ("1b", "shifted", "too small by 1", lambda y_hat, y: np.sum(squares(y_hat, y)) / len(y) - 1),
    ("1b", "wrong-factor", "0.3 times", lambda y_hat, y: 0.3 * np.mean(squares(y_hat, y))),
    ("2", "arguments-swapped", "x and y", lambda x, y, w, b: np.mean((w * y + b - x) ** 2)),
    ("2", "too-many-values", "number 2", lambda x, y, w, b: (w, np.mean((w * x + b - y) ** 2))),
    ("3a", "joined", "joined", lambda y_hat, y, x: np.concatenate([2 * (y_hat - y) * x, 2 * (y_hat - y)])),
    ("3a", "list-repeated", "repeats", lambda y_hat, y, x: (2 * list((y_hat - y) * x), 2 * list(y_hat - y))),
    ("3a", "first-value-only", "other is missing", lambda y_hat, y, x: 2 * (y_hat - y) * x),
    (
        "3a",
        "pair-for-each-item",
        "pair of its own",
        lambda y_hat, y, x: [(2 * (p - q) * v, 2 * (p - q)) for p, q, v in zip(y_hat, y, x, strict=True)],
    ),
    ("3a", "1:added-up", "Value 1 of 2", lambda y_hat, y, x: (2 * np.dot(y_hat - y, x), 2 * (y_hat - y))),
    ("3b", "2:sum-not-mean", "Value 2", lambda y_hat, y, x: (np.mean(2 * (y_hat - y) * x), np.sum(2 * (y_hat - y)))),
    ("4", "argument-divides", "alpha divides", lambda w, b, alpha, dw, db: (w - dw / alpha, b - db / alpha)),
    ("4", "argument-fixed", "alpha were always 0.1", lambda w, b, alpha, dw, db: (w - 0.1 * dw, b - 0.1 * db)),
    ("4", "arguments-returned", "w and b", lambda w, b, alpha, dw, db: (w, b)),
    ("4", "other-argument-used", "w_gradient stands", lambda w, b, alpha, dw, db: (w - alpha * dw, b - alpha * dw)),
    ("4", "2:alpha-left-out", "Value 2 of 2", lambda w, b, alpha, dw, db: (w - alpha * dw, b - db)),
    ("5", "argument-twice", "alpha is multiplied in twice", trained(lambda *a: tuple(a[4] * g for g in gradient(*a)))),
    ("5", "history-returned", "last values", history),
    ("5", "too-many-values", "first 2 are right", trained(gradient, lambda w, b: (w, b, [w] * 5))),
    (
        "5",
        "4:result-rounded",
        "decimal places: 1",
        lambda x, y, w, b, alpha, epochs: rounded_in_each_epoch(x, y, w, b, alpha, epochs),
    ),
    ("6", "sign-lost", "absolute value", lambda x: np.abs(x - np.mean(x)) / np.std(x)),
    ("6", "sorted", "sorted", lambda x: (np.sort(x) - np.min(x)) / (np.max(x) - np.min(x))),
]  # fmt: skip


def rounded_in_each_epoch(x: Any, y: Any, w: Any, b: Any, alpha: Any, epochs: Any) -> tuple[Any, Any]:
    for _ in range(epochs):
        w, b = (round(float(one), 1) for one in trained(gradient)(x, y, w, b, alpha, 1))
    return w, b


def name(found: Diagnosis | None) -> str | None:
    return found.mistake if found else None


@pytest.mark.parametrize(("exercise", "named", "says", "function"), KNOWN, ids=[f"{row[0]}-{row[1]}" for row in KNOWN])
def test_a_mistake_of_a_step_is_named_where_the_step_is_written_inside(
    exercise: str, named: str, says: str, function: Answer, course: Course, suite: Suite
) -> None:
    for seed in range(3):
        found = find_known_mistake(course.exercise(exercise), course, observed(exercise, function, suite, seed))
        assert name(found) == named
        assert found is not None
        assert says in render(found.hint, "en")


@pytest.mark.parametrize(("exercise", "named", "says", "function"), CLUES, ids=[f"{row[0]}-{row[1]}" for row in CLUES])
def test_what_all_answers_show_is_said(
    exercise: str, named: str, says: str, function: Answer, course: Course, suite: Suite
) -> None:
    for seed in range(2):
        calls = observed(exercise, function, suite, seed)
        assert find_known_mistake(course.exercise(exercise), course, calls) is None
        found = find_clue(course.exercise(exercise), course, calls, {"x": "wejście"} if exercise == "1a" else {})
        assert name(found) == named
        assert found is not None
        assert says in render(found.hint, "en")
        assert render(found.hint, "pl") != render(found.hint, "en")


@pytest.mark.parametrize(("step", "named"), [(1e-3, "nearly-right"), (1e-6, "nearly-right"), (5, None)])
def test_answers_that_are_all_nearly_right_are_called_that(
    step: float, named: str | None, course: Course, suite: Suite
) -> None:
    def get_backprop(y_hat: Any, y: Any, x: Any) -> Any:
        return (squares(y_hat + step * x, y) - squares(y_hat, y)) / step, 2 * (y_hat - y)

    for seed in range(3):
        calls = observed("3a", get_backprop, suite, seed)
        assert find_clue(course.exercise("3a"), course, calls, {}) is None
        assert name(find_vague_clue(course.exercise("3a"), course, calls, {})) == named


@pytest.mark.parametrize("id", EXERCISES)
def test_right_answers_show_nothing(id: str, course: Course, suite: Suite) -> None:
    exercise = course.exercise(id)
    for function in right_functions(exercise, course):
        calls = observed(id, function, suite, seed=1)
        for find in (find_clue, find_pair_with_part, find_vague_clue):
            assert find(exercise, course, calls, {}) is None


def test_what_is_accepted_as_the_same_number_is_right_and_looks_like_what_it_holds() -> None:
    args = (np.array([1.0, 2.0]),)
    column = Observed(args, np.array([[1.0], [2.0]], dtype=np.float32))
    assert is_right(lambda x: x, column)
    assert not is_right(lambda x: x + 1, column)
    assert alike((np.array([3.0, 4.0]), np.array([5.0, 6.0])), [[[3.0], [4.0]], [[5.0], [6.0]]])
    assert not alike((np.array([3.0, 4.0]), np.array([5.0, 6.0])), [[3.0, 5.0], [4.0, 6.0]])


def test_two_mistakes_of_which_one_is_a_steps_are_both_said(course: Course, suite: Suite) -> None:
    def train(x: Any, y: Any, w: Any, b: Any, alpha: Any, epochs: Any) -> Any:
        return trained(lambda *args: (np.mean((args[2] * x + args[3] - y) * x), np.mean(args[2] * x + args[3] - y)))(
            x, y, w, b, alpha, epochs + 1
        )

    exercise, calls = course.exercise("5"), observed("5", train, suite, seed=0)
    assert find_clue(exercise, course, calls, {}) is None
    found = find_pair_with_part(exercise, course, calls, {})
    assert name(found) == "3b:factor-two-missing+one-epoch-too-many"
    assert found is not None
    assert len(found.steps) == 2


def test_a_step_that_two_exercises_may_have_wrong_is_blamed_on_neither(
    course: Course, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grader.diagnosis import by_answers

    exercise = course.exercise("5")
    calls = observed("5", trained(lambda x, y, w, b, _: (gradient(x, y, w, b)[0], 0)), suite, seed=0)
    own = by_answers.mistakes_of_parts(exercise, course)
    fitting = next(mistake for mistake in own if mistake.name == "4:only-w-changed")
    twin = type(fitting)("3b:twin", fitting.hints, fitting.function)
    assert name(find_known_mistake(exercise, course, calls)) == "4:only-w-changed"
    monkeypatch.setattr(by_answers, "mistakes_of_parts", lambda *_: (*own, twin))
    assert find_known_mistake(exercise, course, calls) is None


def test_a_mistake_that_fits_the_shown_answer_and_most_others_is_probable(course: Course, suite: Suite) -> None:
    def loss(y_hat: Any, y: Any) -> Any:
        return np.mean(squares(y_hat, y)) / 2 + (1000 if len(y) > 1 else 0)

    found = find_vague_clue(course.exercise("1b"), course, observed("1b", loss, suite, seed=0), {})
    assert name(found) is None  # it fits only half of the wrong answers

    def later(y_hat: Any, y: Any) -> Any:
        return np.mean(squares(y_hat, y)) / 2 + (1000 if len(y) == 500 else 0)

    found = find_vague_clue(course.exercise("1b"), course, observed("1b", later, suite, seed=0), {})
    assert name(found) == "half-mean"
    assert found is not None
    assert found.probable
    assert render(found.hint, "en").startswith("Most answers fit")


def test_what_is_right_for_one_observation_only_is_said(course: Course, suite: Suite) -> None:
    def median(y_hat: Any, y: Any) -> Any:
        return np.sort(squares(y_hat, y))[len(y) // 2]

    calls = observed("1b", median, suite, seed=0)
    assert find_clue(course.exercise("1b"), course, calls, {}) is None
    found = find_vague_clue(course.exercise("1b"), course, calls, {})
    assert name(found) == "right-for-few-items"
    assert found is not None
    assert "one item" in render(found.hint, "en")


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (Opaque("function", ""), "function-returned"),
        (Opaque("map", ""), "iterator-returned"),
        (Opaque("set", ""), "set-returned"),
        (Opaque("Model", ""), "object-returned"),
        ("MSE: 9.0", "text-returned"),
        ([[1.0], [2.0, 3.0], "x"], None),
        ({"a": {1: 2}}, None),
        (np.array([[[1.0]]] * 9), None),
    ],
    ids=str,
)
def test_what_is_no_number_is_called_what_it_is(value: object, named: str | None, course: Course, suite: Suite) -> None:
    calls = observed("1b", lambda *_: value, suite, seed=0)
    assert name(find_clue(course.exercise("1b"), course, calls, {})) == named


@pytest.mark.parametrize("id", EXERCISES)
@pytest.mark.parametrize("value", [0, 1, (0, 0), 0.5])
def test_whoever_always_returns_the_same_is_told_only_that(
    id: str, value: object, course: Course, suite: Suite
) -> None:
    calls = observed(id, lambda *_: value, suite, seed=0)
    assert find_clue(course.exercise(id), course, calls, {}) is None
    assert find_pair_with_part(course.exercise(id), course, calls, {}) is None
    assert name(find_vague_clue(course.exercise(id), course, calls, {})) == "same-always"


def test_the_same_vector_returned_twice_is_no_list_that_was_repeated(course: Course, suite: Suite) -> None:
    calls = observed("1a", lambda x, w, b: (w * x + b, w * x + b), suite, seed=0)
    assert name(find_clue(course.exercise("1a"), course, calls, {})) == "too-many-values"


def diagnosis(cells: Sequence[str], exercise: str, grade_cells: GradeCells) -> Diagnosis | None:
    checks = result(grade_cells(*cells), exercise).checks
    return next((check.diagnosis for check in checks if check.diagnosis), None)


LOSS = "def compute_mse_loss(y_hat, y):\n"
GROWS = "    for a, b in zip(y_hat, y):\n        błędy.append((a - b) ** 2)\n    return np.mean(błędy)"


@pytest.mark.parametrize(
    ("named", "says", "cells"),
    [
        # in the helper that a function calls, and in the helper's helper
        (
            "return-in-loop",
            "In koszt_całkowity: Probably `return suma / len(y)`",
            [
                "def koszt_całkowity(a, y):\n    suma = 0\n    for p, q in zip(a, y):\n        suma += (p - q) ** 2\n"
                "        return suma / len(y)",
                f"{LOSS}    return koszt_całkowity(y_hat, y)",
            ],
        ),
        (
            "caret-for-power",
            "In kwadrat: ",
            ["def kwadrat(d):\n    return d ^ 2\ndef koszt(a, y):\n    return np.mean(kwadrat((a - y).astype(int)))",
             f"{LOSS}    return koszt(y_hat, y)"],
        ),
        (
            "list-shared-by-calls",
            "błędy keeps",
            [f"{LOSS[:-3]}, błędy=[]):\n{GROWS}"],
        ),
        (
            "list-from-outside-grows",
            "błędy keeps",
            ["błędy = []", f"{LOSS}{GROWS}"],
        ),
        (
            "value-never-used",
            "`kwadraty = np.square(y_hat - y)` is computed",
            [f"{LOSS}    kwadraty = np.square(y_hat - y)\n    return np.mean(np.exp(y_hat - y))"],
        ),
        (
            "return-after-return",
            "`return np.mean(d)` is never reached",
            [f"{LOSS}    d = np.power(y_hat - y, 4)\n    return d\n    return np.mean(d)"],
        ),
        ("printed-not-returned", "no return", [f"{LOSS}    print('MSE:', np.mean((y_hat - y) ** 2))"]),
        ("inner-function-never-called", "calls policz", [f"{LOSS}    def policz():\n        return y_hat - y"]),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_what_the_source_shows_is_said_with_its_place(
    named: str, says: str, cells: list[str], grade_cells: GradeCells
) -> None:
    found = diagnosis(cells, "1b", grade_cells)
    assert name(found) == named
    assert found is not None
    assert found.probable
    assert says in render(found.hint, "en")


def test_a_loss_that_train_does_not_need_is_no_forgotten_value(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    train = (
        "def train(x, y, init_w, init_b, alpha, epochs):\n    w, b = init_w, init_b\n    for _ in range(epochs):\n"
        "        y_hat = get_linear_forward(x, w, b)\n        loss = compute_mse_loss(y_hat, y)\n"
        "        dw, db = get_backprop(y_hat, y, x)\n        w, b = update_params(w, b, alpha, dw ** 3, db)\n"
        "    return w, b"
    )
    found = diagnosis(list({**solutions, "5": train}.values()), "5", grade_cells)
    assert name(found) != "value-never-used"
