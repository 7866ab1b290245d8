"""A failed exercise's known mistake, or pair of them, is named; nothing is named wrongly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course.course import Course, Exercise
from grader.course.sources import run_source
from grader.diagnosis.known_mistakes import Mistake, Observed, alike, find_known_mistake, known_mistakes, known_pairs
from grader.errors import CourseError
from grader.i18n import render
from grader.judging.stand_in import Function
from grader.judging.subject import Subject
from grader.judging.suite import Suite
from grader.kernel.session import Answer
from grader.model import Diagnosis, Grade
from tests.conftest import GradeCells, result
from tests.proof.sick_course import double, write_course

FUNCTIONS = {
    "1a": "get_linear_forward",
    "1b": "compute_mse_loss",
    "2": "train",
    "3a": "get_backprop",
    "3b": "get_backprop",
    "4": "update_params",
    "5": "train",
    "6": "normalize",
}
EXERCISES = list(FUNCTIONS)
SEEDS = range(5)


def observed(exercise: str, function: Callable[..., object], suite: Suite, seed: int) -> list[Observed]:
    """What the hidden tests see of a function, called here and not in a kernel."""

    def ask(cases: Sequence[Sequence[Any]]) -> list[Answer]:
        answers = []
        for case in cases:
            arguments = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in case]
            with np.errstate(all="ignore"):
                answers.append(Answer(function(*arguments)))
        return answers

    stand_in = Function("f", ask)
    suite.run(exercise, Subject(FUNCTIONS[exercise], stand_in), [seed])
    return [Observed(call.args, call.answer.value) for call in stand_in.calls]


def named(
    exercise: Exercise, course: Course, function: Callable[..., object], suite: Suite, seed: int, **more: bool
) -> str:
    calls = [replace(call, **more) for call in observed(exercise.id, function, suite, seed)]
    found = find_known_mistake(exercise, course, calls)
    return found.mistake if found else ""


@pytest.mark.parametrize("id", EXERCISES)
def test_a_single_mistake_is_never_taken_for_a_pair(id: str, course: Course, suite: Suite) -> None:
    exercise = course.exercise(id)
    for mistake in known_mistakes(exercise, course):
        for seed in SEEDS:
            in_place = mistake.name == "changes-in-place"
            name = named(exercise, course, mistake.function, suite, seed, printed=mistake.prints, in_place=in_place)
            assert name
            assert "+" not in name


@pytest.mark.parametrize("id", EXERCISES)
def test_a_right_solution_looks_like_no_mistake(id: str, course: Course, suite: Suite) -> None:
    exercise = course.exercise(id)
    functions = list(right_functions(exercise, course))
    assert len(functions) >= 4
    for function in functions:
        assert {named(exercise, course, function, suite, seed) for seed in SEEDS} == {""}, function


def right_functions(exercise: Exercise, course: Course) -> Iterator[Callable[..., object]]:
    """Those that take the course's arguments in the course's order; others need a kernel's binding."""
    for path in sorted(exercise.folder.glob("right/*.py")):
        scope = course.scope(exercise.id)
        scope.pop(exercise.function, None)  # an earlier exercise's, where this one has a class
        function = run_source(path, scope).get(exercise.function)
        if function is None:
            continue
        if [*signature(function).parameters][: len(exercise.parameters)] in orders(exercise):
            yield function


def orders(exercise: Exercise) -> list[list[str]]:
    own = list(exercise.parameters)
    return [own, [f"init_{name}" if name in "wb" else name for name in own]]


@pytest.mark.parametrize("id", EXERCISES)
def test_a_switch_alone_does_what_its_known_mistake_does_and_none_what_the_solution_does(
    id: str, course: Course, suite: Suite
) -> None:
    exercise = course.exercise(id)
    switched = switched_function(exercise, course)
    calls = observed(id, course.solution(id), suite, seed=1)
    for mistake in [Mistake("", (), course.solution(id)), *known_mistakes(exercise, course)]:
        if mistake.name not in {"", *switches(exercise, course)}:
            continue
        made = partial(switched, made=frozenset({mistake.name}))
        for call in calls:
            with np.errstate(all="ignore"):
                assert alike(made(*copies(call)), mistake.function(*copies(call))), mistake.name


@pytest.mark.parametrize("id", EXERCISES)
def test_a_pair_is_named_itself_or_like_a_single_mistake_never_like_another_pair(
    id: str, course: Course, suite: Suite
) -> None:
    exercise = course.exercise(id)
    singles = {mistake.name for mistake in known_mistakes(exercise, course)}
    pairs = known_pairs(exercise, course)
    names = {pair.name: named(exercise, course, pair.function, suite, seed=2) for pair in pairs}
    own = [name for name, found in names.items() if found == name]
    assert {found for name, found in names.items() if found != name} <= singles
    assert len(own) >= 3, names


def test_two_pairs_that_answer_alike_name_neither(
    course: Course, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = course.exercise("4")
    pair = next(pair for pair in known_pairs(exercise, course) if pair.name == "plus-for-minus+swapped")
    assert named(exercise, course, pair.function, suite, seed=0) == pair.name
    twins = (pair, Mistake("twin", pair.hints, pair.function))
    monkeypatch.setattr("grader.diagnosis.known_mistakes.known_pairs", lambda *_: twins)
    assert named(exercise, course, pair.function, suite, seed=0) == ""


def test_a_heap_for_an_answer_is_not_compared(course: Course) -> None:
    exercise = course.exercise("3a")
    heap = [[{"a": "b"}] * 1000] * 3
    assert find_known_mistake(exercise, course, [Observed((1, 1, 1), heap)] * 5) is None


def test_a_switch_for_an_unknown_mistake_is_refused_with_its_name(course: Course, tmp_path: Path) -> None:
    import shutil

    from grader.course import loader

    shutil.copytree(course.folder, tmp_path / "course")
    file = tmp_path / "course" / "4" / "pairs.py"
    file.write_text(file.read_text("utf-8").replace('"plus-for-minus"', '"plus-for-minsu"'), "utf-8")
    copied = loader.load(tmp_path / "course")
    with pytest.raises(CourseError, match=r"'plus-for-minsu' is none of this exercise's known mistakes"):
        known_pairs(copied.exercise("4"), copied)


# What people write who make two mistakes at once: exercise, the pair's name, the code.
PAIRS = [
    ("1a", "weight-bias-swapped+bias-subtracted", "def get_linear_forward(x, w, b):\n    return x * b - w"),
    ("1a", "no-bias+dot-product", "def get_linear_forward(x, w, b):\n    return sum([w * value for value in x])"),
    (
        "1a",
        "weight-bias-swapped+no-bias",
        "def get_linear_forward(x, w, b):\n    return np.array([b * x[i] for i in range(len(x))])",
    ),
    ("1a", "bias-subtracted+rounded-to-ints", "def get_linear_forward(x, w, b):\n    return np.round(x * w - b)"),
    (
        "1b",
        "not-squared+sum-not-mean",
        "def compute_mse_loss(y_hat, y):\n    total = 0\n    for a, b in zip(y_hat, y):\n        total += a - b\n"
        "    return total",
    ),
    ("1b", "absolute-value+sum-not-mean", "def compute_mse_loss(y_hat, y):\n    return abs(y_hat - y).sum()"),
    ("1b", "sum-not-mean+half-mean", "def compute_mse_loss(y_hat, y):\n    return 0.5 * np.sum((y - y_hat) ** 2)"),
    ("1b", "sum-not-mean+root", "def compute_mse_loss(y_hat, y):\n    return np.linalg.norm(y_hat - y)"),
    ("1b", "not-squared+no-mean", "def compute_mse_loss(y_hat, y):\n    return y_hat - y"),
    (
        "2",
        "weight-bias-swapped+rounded",
        "def train(x, y, init_w, init_b):\n    return round(np.mean((init_b * x + init_w - y) ** 2))",
    ),
    (
        "2",
        "ignores-initial-parameters+returns-predictions",
        "INIT_WEIGHT = 0.5\nINIT_BIAS = 0\ndef train(x, y, init_w, init_b):\n    return x * INIT_WEIGHT + INIT_BIAS",
    ),
    ("3a", "sign-reversed+factor-two-missing", "def get_backprop(y_hat, y, x):\n    return (y - y_hat) * x, y - y_hat"),
    ("3a", "factor-two-missing+swapped", "def get_backprop(y_hat, y, x):\n    e = y_hat - y\n    return e, e * x"),
    (
        "3a",
        "sign-reversed+dict",
        "def get_backprop(y_hat, y, x):\n    d = -2 * (y_hat - y)\n    return dict(w=d * x, b=d)",
    ),
    (
        "3b",
        "sign-reversed+sum-not-mean",
        "def get_backprop(y_hat, y, x):\n    e = 2 * (y - y_hat)\n    return (e * x).sum(), e.sum()",
    ),
    (
        "3b",
        "factor-two-missing+db-times-x",
        "def get_backprop(y_hat, y, x):\n    g = np.mean((y_hat - y) * x)\n    return g, g",
    ),
    (
        "4",
        "plus-for-minus+swapped",
        "def update_params(w, b, alpha, dw, db):\n    return b + alpha * db, w + alpha * dw",
    ),
    ("4", "alpha-left-out+plus-for-minus", "def update_params(w, b, alpha, dw, db):\n    return w + dw, b + db"),
    (
        "4",
        "alpha-left-out+only-w-changed",
        "def update_params(w, b, alpha, dw, db):\n    w = w - dw\n    b - db\n    return w, b",
    ),
    (
        "5",
        "uphill+one-epoch-too-few",
        "def train(x, y, w, b, alpha, epochs):\n    for _ in range(epochs - 1):\n        e = 2 * (w * x + b - y)\n"
        "        w, b = w + alpha * np.mean(e * x), b + alpha * np.mean(e)\n    return w, b",
    ),
    (
        "5",
        "one-epoch-only+swapped",
        "def train(x, y, w, b, alpha, epochs):\n    for _ in range(epochs):\n        e = 2 * (w * x + b - y)\n"
        "        w, b = w - alpha * np.mean(e * x), b - alpha * np.mean(e)\n        return b, w",
    ),
    ("6", "divided-by-variance+no-brackets", "def normalize(x):\n    return x - x.mean() / x.var()"),
    ("6", "divided-by-variance+only-scaled", "def normalize(x):\n    return x / x.std() ** 2"),
]


@pytest.fixture(scope="module")
def graded_pairs(grade_cells: GradeCells) -> dict[tuple[str, str], Diagnosis | None]:
    """Several exercises go into one notebook; a function's two exercises never share one."""
    found: dict[tuple[str, str], Diagnosis | None] = {}
    for batch in batches(PAIRS):
        grade = grade_cells(*(code for _, _, code in batch))
        for exercise, name, _ in batch:
            checks = result(grade, exercise).checks
            found[exercise, name] = next((check.diagnosis for check in checks if check.diagnosis), None)
    return found


def batches(pairs: list[tuple[str, str, str]]) -> Iterator[list[tuple[str, str, str]]]:
    left = list(pairs)
    while left:
        taken: dict[str, tuple[str, str, str]] = {}
        for pair in left:
            taken.setdefault({"3a": "3b", "2": "5"}.get(pair[0], pair[0]), pair)
        yield list(taken.values())
        left = [pair for pair in left if pair not in taken.values()]


@pytest.mark.parametrize(("exercise", "name", "code"), PAIRS, ids=lambda value: value[:40])
def test_a_pair_of_mistakes_is_named_with_both_hints(
    exercise: str, name: str, code: str, graded_pairs: dict[tuple[str, str], Diagnosis | None], course: Course
) -> None:
    found = graded_pairs[exercise, name]
    assert found is not None
    assert found.mistake == name
    hints = {mistake.name: mistake.hints[0] for mistake in known_mistakes(course.exercise(exercise), course)}
    assert found.steps == tuple(hints[part] for part in name.split("+"))
    text = render(found.hint, "pl")
    assert all(hints[part].pl in text for part in name.split("+"))


def switches(exercise: Exercise, course: Course) -> set[str]:
    return {name for pair in known_pairs(exercise, course) for name in pair.name.split("+")}


def switched_function(exercise: Exercise, course: Course) -> Callable[..., object]:
    function: Callable[..., object] = run_source(exercise.folder / "pairs.py", course.scope(exercise.id))[
        exercise.function
    ]
    return function


def copies(call: Observed) -> list[Any]:
    return [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in call.args]


def test_plain_python_that_divides_by_zero_is_the_mistake_that_gives_inf_in_numpy(grade_cells: GradeCells) -> None:
    code = (
        "def compute_mse_loss(y_hat, y):\n    pairs = zip(y_hat.tolist(), y.tolist())\n"
        "    return sum((a - b) ** 2 for a, b in pairs) / (len(y) - 1)"
    )
    assert diagnosis(grade_cells(code), "1b") == "n-minus-one"


@pytest.mark.parametrize(
    ("exercise", "code"),
    [
        ("1a", "def get_linear_forward(x, w, b):\n    y_hat = w * x + b"),
        ("6", "def normalize(x):\n    print((x - np.mean(x)) / np.std(x))"),
        ("6", "def normalize(x):\n    z = (x - np.mean(x)) / np.std(x)"),
    ],
)
def test_a_function_that_gives_nothing_is_not_said_to_print_or_to_change_its_input_unless_it_does(
    exercise: str, code: str, grade_cells: GradeCells
) -> None:
    assert diagnosis(grade_cells(code), exercise) in (None, "no-return")


def test_a_train_that_is_wrong_itself_is_named_though_what_it_needs_is_wrong_too(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    half = "def get_backprop(y_hat, y, x):\n    return np.mean((y_hat - y) * x), np.mean(y_hat - y)"
    train = solutions["5"].replace("return w, b", "return b, w")
    grade = grade_cells(*{**solutions, "3b": half, "5": train}.values())
    assert diagnosis(grade, "3b") == "factor-two-missing"
    assert diagnosis(grade, "5") == "swapped"


def diagnosis(grade: Grade, exercise: str) -> str | None:
    return next((check.diagnosis.mistake for check in result(grade, exercise).checks if check.diagnosis), None)


def test_a_known_mistake_that_never_ends_explains_nothing_and_is_not_waited_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.diagnosis.known_mistakes.CALL_LIMIT_S", 0.3)
    endless = "def double(x):\n    while True:\n        pass\n"
    course = write_course(tmp_path, {"1": {"mistakes/endless.py": endless, "mistakes/half.py": double("x / 2")}})
    calls = [Observed((float(x),), x / 2) for x in range(1, 5)]
    found = [find_known_mistake(course.exercise("1"), course, calls) for _ in range(3)]
    assert [diagnosis and diagnosis.mistake for diagnosis in found] == ["half"] * 3
    began = time.thread_time()
    find_known_mistake(course.exercise("1"), course, calls)
    assert time.thread_time() - began < 0.2
