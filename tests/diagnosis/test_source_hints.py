"""Hints from the source: the course's own too, and none for right code."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import loader
from grader.course.course import Course, normal
from grader.course.sources import without_docstring
from grader.diagnosis.function_source import SourceContext, read_function
from grader.diagnosis.source_hints import HINTS_FILE, find_source_hint, find_unused_value
from grader.kernel.session import Version
from grader.model import Cell
from grader.submissions.bound_names import read_bound_names
from tests.conftest import ROOT


def test_right_code_gives_no_hint(course: Course) -> None:
    """Whatever its style: else a hint would speak of a part of the code that has nothing to do with the mistake."""
    count = 0
    for exercise, source, own in right_functions(course):
        around = SourceContext(course, read_bound_names([Cell(0, f"import numpy as np\n{source}")]).imported, {}, False)
        version = Version("v", course.exercise(exercise).function, 0, "", None, source, False)
        function = read_function(version, own, around)
        if function is not None:
            asked = course.exercise(exercise)
            hint = find_source_hint(asked, function) or find_unused_value(asked, function)
            assert hint is None, (exercise, source, hint)
            count += 1
    assert count > 60


def right_functions(course: Course) -> Iterator[tuple[str, str, dict[str, str]]]:
    for path in sorted((ROOT / "reference").glob("*/right/*.py")):
        exercise = course.exercise(path.parent.parent.name)
        source = without_docstring(path.read_text("utf-8"))
        defs = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
        named = next((node for node in defs if node.name == exercise.function), None)
        if named is not None:
            given = [one.arg for one in [*named.args.args, *named.args.kwonlyargs] if one.arg != "self"]
            by_name = {
                wanted: name for wanted in exercise.parameters for name in given if normal(name) in course.names[wanted]
            }
            yield exercise.id, source, by_name


@pytest.mark.parametrize(("result", "named"), [("True", "trips"), ("function.nodes[10_000]", None), ("[]", None)])
def test_a_rule_of_the_course_that_raises_an_exception_gives_no_hint(
    result: str, named: str | None, course: Course, tmp_path: Path
) -> None:
    shutil.copytree(course.folder, tmp_path / "course")
    text = f'def trips(function):\n    """pl: nie\n    en: no\n    """\n    return {result}\n'
    (tmp_path / "course" / "4" / HINTS_FILE).write_text(text, "utf-8")
    copied = loader.load(tmp_path / "course")
    version = Version("v", "update_params", 0, "", None, "def update_params(w, b):\n    return w, b", False)
    function = read_function(version, {"w": "w", "b": "b"}, SourceContext(copied))
    assert function is not None
    found = find_source_hint(copied.exercise("4"), function)
    assert (found.mistake if found else None) == named


DRAWN = """
    for epoch in range(epochs):
        batch = np.random.choice(len(x), 10)
        dw, db = get_backprop(get_linear_forward(x[batch], w, b), y[batch], x[batch])
        w, b = update_params(w, b, alpha, dw, db)"""
BATCHES = """
    for epoch in range(epochs):
        for start in range(0, len(x), 4):
            part, wanted = x[start : start + 4], y[start : start + 4]
            dw, db = get_backprop(get_linear_forward(part, w, b), wanted, part)
            w, b = update_params(w, b, alpha, dw, db)"""
SPLIT = """
    for epoch in range(epochs):
        for part, wanted in zip(np.array_split(x, 3), np.array_split(y, 3)):
            errors = w * part + b - wanted
            w, b = w - alpha * np.mean(2 * errors * part), b - alpha * np.mean(2 * errors)"""
ADDED_UP = """
    for epoch in range(epochs):
        dw = db = 0
        for i in range(len(x)):
            dw += alpha * (w * x[i] + b - y[i]) * x[i]
            db += alpha * (w * x[i] + b - y[i])
        w, b = w - dw, b - db"""
PREDICTED_BEFORE = """
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        for i in range(len(x)):
            w -= alpha * (y_hat[i] - y[i]) * x[i]
            b -= alpha * (y_hat[i] - y[i])"""
DRAWN_AT_THE_START = """
    w = np.random.randint(10)
    for epoch in range(epochs):
        dw, db = get_backprop(get_linear_forward(x, w, b), y, x)
        w, b = update_params(w, b, alpha, db, dw)"""


STEP = """
        dw, db = get_backprop(get_linear_forward(x, w, b), y, x)
        w, b = update_params(w, b, {alpha}, dw, db)"""
FALLING_RATE = "\n    for epoch in range(epochs):" + STEP.format(alpha="alpha / (epoch + 1)")
WARMED_UP = "\n    for epoch in range(epochs):\n        alpha *= 0.9" + STEP.format(alpha="alpha")
OWN_STEPS = """
    for epoch in range(epochs):
        for i in range(2):
            gradients = get_backprop(get_linear_forward(x, w, b), y, x)
            w, b = w - alpha * gradients[i] * i, b - alpha * gradients[1]"""
LEFT_EARLY = """
    for epoch in range(epochs):
        if compute_mse_loss(get_linear_forward(x, w, b), y) < 1:
            break""" + STEP.format(alpha="alpha")
LEFT_WHEN_GROWN = """
    for epoch in range(epochs):
        if not np.isfinite(w):
            break""" + STEP.format(alpha="-alpha")
AT_ONCE = "\n    w, b = np.polyfit(x, y, 1)"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (FALLING_RATE, "changing-learning-rate"),
        (WARMED_UP, "changing-learning-rate"),
        (OWN_STEPS, None),
        (LEFT_EARLY, "loop-left-early"),
        (LEFT_WHEN_GROWN, None),
        (AT_ONCE, "line-computed-at-once"),
        (BATCHES, "several-steps-in-an-epoch"),
        (SPLIT, "several-steps-in-an-epoch"),
        (DRAWN, "observations-drawn"),
        (ADDED_UP, None),
        (PREDICTED_BEFORE, None),
        (DRAWN_AT_THE_START, None),
    ],
)
def test_training_that_goes_another_way_is_named(body: str, named: str | None, course: Course) -> None:
    source = f"def train(x, y, init_w, init_b, alpha, epochs):\n    w, b = init_w, init_b{body}\n    return w, b\n"
    version = Version("v", "train", 0, "", None, source, False)
    own = {"x": "x", "y": "y", "w": "init_w", "b": "init_b", "alpha": "alpha", "epochs": "epochs"}
    function = read_function(version, own, SourceContext(course, frozenset({"np"})))
    assert function is not None
    found = find_source_hint(course.exercise("5"), function)
    assert (found.mistake if found and not found.mistake.startswith("unused") else None) == named
