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
