"""A hint from the source is about what reaches the returned value, and no hint says what is not so."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from grader.course.course import Course
from grader.diagnosis.by_answers import find_known_mistake
from grader.diagnosis.function_source import FunctionSource, SourceContext, read_function
from grader.diagnosis.observed import Observed
from grader.diagnosis.returned_value import nodes_behind_return
from grader.diagnosis.source_hints import find_none_hint, find_source_hint
from grader.i18n import render
from grader.kernel.session import Parameter, Version
from grader.model import Diagnosis

BACKPROP = "def get_backprop(y_hat, y, x):\n"
TRAIN = "def train(x, y, w, b, alpha, epochs):\n    for _ in range(int(epochs)):\n"


def read(exercise: str, code: str, course: Course) -> FunctionSource:
    wanted = course.exercise(exercise)
    named = next(
        node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef) and node.name == wanted.function
    )
    names = [one.arg for one in named.args.args]
    parameters = [Parameter(name, "positional_or_keyword", False) for name in names]
    defined = {node.name: () for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)}
    around = SourceContext(course, frozenset({"np", "math"}), defined)
    version = Version("v", wanted.function, 0, "", parameters, code, False)
    function = read_function(version, dict(zip(wanted.parameters, names, strict=False)), around)
    assert function is not None
    return function


def hint(exercise: str, code: str, course: Course) -> Diagnosis | None:
    return find_source_hint(course.exercise(exercise), read(exercise, code, course))


@pytest.mark.parametrize(
    ("exercise", "code"),
    [
        # round with digits makes no whole numbers, nor does a count of passes, a position or a condition
        ("5", TRAIN + "        w = w - alpha * np.mean(w * x + b - y)\n    return w, b"),
        (
            "5",
            "def train(x, y, w, b, alpha, epochs):\n    n = int(epochs)\n    for _ in range(n):\n"
            "        w = w - alpha * np.mean((w * x + b - y) * x)\n    return w, b",
        ),
        (
            "1b",
            "def compute_mse_loss(y_hat, y):\n    half = y_hat[: len(y) // 2] - y[: len(y) // 2]\n"
            "    return np.mean(half ** 2)",
        ),
        ("6", "def normalize(x):\n    if int(x[0]) == 0:\n        x = x + 1\n    return x - np.mean(x)"),
        # a bar of integer division divides
        ("1b", "def compute_mse_loss(y_hat, y):\n    return sum((y_hat - y) ** 2) * (len(y)) ** -1 * 3"),
        ("1b", "def compute_mse_loss(y_hat, y):\n    return np.divide(sum((y_hat - y) ** 2), len(y) + 1)"),
        # what is only printed or counted does not reach the answer
        (
            "3b",
            BACKPROP + "    print(np.mean((y_hat - y) ** 2))\n    return np.mean((y_hat - y) * x), np.mean(y_hat - y)",
        ),
        (
            "3b",
            BACKPROP + "    loss = np.mean(np.power(y_hat - y, 2))\n"
            "    return np.mean((y_hat - y) * x), np.mean(y_hat - y)",
        ),
        (
            "1b",
            "def compute_mse_loss(y_hat, y):\n    shown = int(np.mean(y))\n    print(shown)\n"
            "    return np.mean((y_hat - y) ** 2) / 2",
        ),
        ("1a", "def get_linear_forward(x, w, b):\n    len(x)\n    return w * x - b"),
        ("1a", "def get_linear_forward(x, w, b):\n    print(x ^ 2)\n    return w * x - b"),
        # a small number against a division by zero is no step
        ("6", "def normalize(x):\n    eps = 1e-8\n    return (x - np.mean(x) + eps) / (np.std(x) + eps)"),
        # two values are meant
        (
            "4",
            "def update_params(w, b, alpha, dw, db):\n    theta = 0,0\n"
            "    return w + alpha * dw + theta[0], b + alpha * db",
        ),
        (
            "4",
            "def update_params(w, b, alpha, dw, db):\n    c, d = 1,2\n"
            "    return w * c + alpha * dw, b * d + alpha * db",
        ),
    ],
)
def test_nothing_is_said_of_what_does_no_harm(exercise: str, code: str, course: Course) -> None:
    assert hint(exercise, code, course) is None


@pytest.mark.parametrize(
    ("exercise", "rule", "says", "code"),
    [
        (
            "6",
            "rounded",
            "`np.round(z, 2)` rounds",
            "def normalize(x):\n    z = x - np.mean(x)\n    return np.round(z, 2)",
        ),
        ("6", "rounded", "`z.round(3)` rounds", "def normalize(x):\n    z = x - np.mean(x)\n    return z.round(3)"),
        ("6", "whole-numbers", "`np.round(z)`", "def normalize(x):\n    z = x - np.mean(x)\n    return np.round(z)"),
        ("6", "whole-numbers", "`z.round()`", "def normalize(x):\n    z = x - np.mean(x)\n    return z.round()"),
        (
            "1b",
            "whole-numbers",
            "// len(y)`",
            "def compute_mse_loss(y_hat, y):\n    return sum((y_hat - y) ** 2) // len(y)",
        ),
        (
            "4",
            "decimal-comma",
            "`rate = 0,1`",
            "def update_params(w, b, alpha, dw, db):\n    rate = 0,1\n    return w - rate * dw, b - alpha * db",
        ),
        (
            "1b",
            "decimal-comma",
            "0,5 * np.mean",
            "def compute_mse_loss(y_hat, y):\n    return 0,5 * np.mean((y_hat - y) ** 2)",
        ),
        (
            "3b",
            "still-squared",
            "still a square",
            BACKPROP + "    d = (y_hat - y) ** 2\n    return np.mean(d * x), np.mean(d)",
        ),
        (
            "5",
            "name-from-outside",
            "ALPHA, from outside",
            "def step(w):\n    return w\ndef train(x, y, w, b, alpha, epochs):\n    for _ in range(epochs):\n"
            "        w = step(w) - alpha * ALPHA * np.mean(w * x + b - y)\n    return w, b",
        ),
    ],
)
def test_what_is_said_is_so(exercise: str, rule: str, says: str, code: str, course: Course) -> None:
    found = hint(exercise, code, course)
    assert found is not None
    assert found.mistake == rule
    assert says in render(found.hint, "en")


@pytest.mark.parametrize(
    "code",
    [
        "def h(theta, x):\n    return x\ndef descend(f, x):\n    return f(1, x)\n"
        "def train(x, y, w, b, alpha, epochs):\n    return descend(h, x), y, w, b, epochs",
        "def train(x, y, w, b, alpha, epochs):\n    return minimize(loss_of, x), y, w, b, epochs\n"
        "def loss_of(x):\n    return x\n"
        "def minimize(f, x):\n    return f(x)",
    ],
)
def test_a_function_that_is_handed_on_stands_for_no_argument(code: str, course: Course) -> None:
    found = hint("5", code, course)
    assert found is None or "outside" not in render(found.hint, "en")


STUB = '    """Zwraca dwie liczby."""\n'


@pytest.mark.parametrize(
    ("rule", "says", "body"),
    [
        ("no-return", "`return new_w, new_b` is missing", "    new_w = w - alpha * dw\n    new_b = b - alpha * db"),
        ("no-return", "`return w, b` is missing", "    w = w - alpha * dw\n    b -= alpha * db"),
        ("no-return", "`return w` is missing", "    step = alpha * dw\n    w = w - step"),
        ("stub-return-left", "above your code", STUB + "    return None\n    return w - alpha * dw, b - alpha * db"),
        (
            "stub-return-left",
            "above your code",
            "    return None  # tutaj\n    w = w - alpha * dw\n    b = b\n    return w, b",
        ),
        (
            "stub-return-left",
            "should be `return new_w, new_b`",
            "    new_w = w\n    new_b = b - alpha * dw\n    return None",
        ),
        ("stub-return-left", "in the place of None", STUB + "    print(w - alpha * dw)\n    return None"),
    ],
)
def test_why_nothing_came_back(rule: str, says: str, body: str, course: Course) -> None:
    found = find_none_hint(read("4", f"def update_params(w, b, alpha, dw, db):\n{body}", course))
    assert found is not None
    assert found.mistake == rule
    assert says in render(found.hint, "en")


@pytest.mark.parametrize(
    ("body", "inside", "outside"),
    [
        ("    a = x + 1\n    c = x * 5\n    return a", "x + 1", "x * 5"),
        (
            "    out = []\n    for v in x:\n        out.append(v + 1)\n        seen = v * 5\n    return out",
            "v + 1",
            "v * 5",
        ),
        ("    out = np.zeros(3)\n    out[0] += x + 1\n    other[0] = x * 5\n    return out", "x + 1", "x * 5"),
        ("    np.add(x, x + 1, out=x)\n    print(x * 5)\n    return x", "x + 1", "x * 5"),
        ("    while x < 3:\n        x = x + 1\n        if x > 2:\n            break\n    return x", "x > 2", "nothing"),
        (
            "    with np.errstate() as e:\n        a = x + 1\n    try:\n        c = x * 5\n    finally:\n"
            "        d = 2\n    return a",
            "x + 1",
            "x * 5",
        ),
        (
            "    def inner(v):\n        return v + 1\n    def unused(v):\n        return v * 5\n    return inner(x)",
            "v + 1",
            "v * 5",
        ),
        ("    return x + 1\n    return x * 5", "x + 1", "x * 5"),
        ("    if x * 5 > 1:\n        raise ValueError\n    return x", "x * 5 > 1", "nothing"),
        ("    change(x, x + 1)\n    len(x * 5)\n    return x", "x + 1", "x * 5"),
        ("    a = b = x + 1\n    return b", "x + 1", "nothing"),
        ("    return None\n    a = x * 5\n    a = x + 1", "x + 1", "nothing"),
    ],
)
def test_the_slice_holds_what_reaches_the_returned_value(body: str, inside: str, outside: str) -> None:
    function = ast.parse(f"def f(x):\n{body}").body[0]
    assert isinstance(function, ast.FunctionDef)
    kept = {ast.unparse(node) for node in nodes_behind_return(function) if isinstance(node, ast.expr)}
    assert inside in kept
    assert outside not in kept


@pytest.mark.parametrize(
    "body",
    [
        "    dw = 2 * (y_hat - y) * x\n    db = 2 * (y_hat - y)\n    return sum(dw) / 2, sum(db) / 2",
        "    return np.sum((y_hat - y) * x), np.sum(y_hat - y)",
    ],
)
def test_half_of_a_sum_is_one_mistake_whatever_halves_it(body: str, course: Course) -> None:
    namespace = {"np": np}
    exec(f"def get_backprop(y_hat, y, x):\n{body}", namespace)
    rng = np.random.default_rng(1)
    cases = [tuple(rng.uniform(-5, 5, n).round(2) for _ in range(3)) for n in (1, 2, 3, 50)]
    given = namespace["get_backprop"]
    found = find_known_mistake(course.exercise("3b"), course, [Observed(case, given(*case)) for case in cases])  # type: ignore[operator]
    assert found is not None
    assert (found.mistake, found.steps) == ("sum-halved", ())
