"""What is wrong with a course's exercises and hidden tests: a sentence for their author, with the file and the line."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import pytest

from grader.course.course import Course, Exercise
from grader.course.sources import parse, read_file, run_source
from grader.errors import CourseError
from grader.judging.stand_in import Check

_FILES = {"solution.py": "the reference solution", "stub.py": "the code that participants start from"}
_MARK = "@pytest.mark.check(points=1, pl='...', en='...')"


def files_fault(course: Course) -> str | None:
    """A file that an exercise lacks, or one that holds something else than it should."""
    for exercise in course.tested:
        fault = _missing_file(exercise) or _definitions_fault(exercise)
        if fault is not None:
            return fault
    return None


def conftest_fault(course: Course) -> str | None:
    """What is wrong with a conftest.py. pytest itself tells of its own frames, and not of the line."""
    for path in course.files:
        if path.name == "conftest.py":
            try:
                run_source(path, {"__file__": str(path)})
            except CourseError as error:
                return str(error)
    return None


def tests_fault(course: Course, items: Mapping[str, Sequence[tuple[Check, pytest.Item]]]) -> str | None:
    """What is wrong with the hidden tests that pytest has found."""
    for exercise in course.tested:
        found = items.get(exercise.id, [])
        own = [_mark_fault(item) or _fixture_fault(item, course) for _, item in found]
        fault = next(filter(None, own), None) or _points_fault(exercise, [check for check, _ in found])
        if fault is not None:
            return fault
    return None


def _missing_file(exercise: Exercise) -> str | None:
    for name, holds in _FILES.items():
        if not (exercise.folder / name).is_file():
            return f"{exercise.folder / name}: this file is missing. Add it: it holds {holds} of exercise {exercise.id}"
    tests = sorted(exercise.folder.glob("test_*.py"))
    if not tests:  # without a file pytest would collect the working folder, which is anybody's
        return f"{exercise.folder}: exercise {exercise.id} has no hidden test: add test_{exercise.id}.py"
    return None


def _definitions_fault(exercise: Exercise) -> str | None:
    """An exercise about a function has one: no class, and in what is handed out no second definition."""
    if exercise.asks:
        return None
    name, solution, stub = exercise.function, exercise.folder / "solution.py", exercise.folder / "stub.py"
    for node in parse(solution).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return (
                f"{solution}, line {node.lineno}: {name} is a class, and `function` asks for a function. In "
                f'course.toml write asks = ["{name}"] in the place of `function` and `parameters`'
            )
    again = [node.lineno for node in _body(read_file(stub)) if getattr(node, "name", None) == name][1:]
    if again:
        return f"{stub}, line {again[0]}: a second definition of {name}. Hand out one"
    return None


def _body(source: str) -> list[ast.stmt]:
    """The statements of a stub; none where it has gaps to be filled in, so that it is no Python."""
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):
        return []


def _mark_fault(item: pytest.Item) -> str | None:
    mark = item.get_closest_marker("check")
    if mark is None:
        return f"{_place(item)} has no mark, so nobody knows what it is worth. Write {_MARK} above it"
    if mark.args:
        return f"{_place(item)}: name what the mark says: {_MARK}"
    for name, value in mark.kwargs.items():
        if name in ("points", "bonus"):
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
                return f"{_place(item)}: its mark says {name}={value!r}. Write a number that is not negative"
        elif len(name) != 2:  # languages have two letters
            return f"{_place(item)}: its mark says {name}=, which means nothing. It can say points, bonus, pl, en"
        elif not isinstance(value, str):
            return f"{_place(item)}: its mark says {name}={value!r}. Write a text: it is the check's title"
    return None


def _fixture_fault(item: pytest.Item, course: Course) -> str | None:
    """A fixture that is nowhere: pytest would say so only when the test runs, on somebody's notebook."""
    known = item._fixtureinfo  # type: ignore[attr-defined]  # pytest has no other way to ask
    given = {"request", *getattr(getattr(item, "callspec", None), "params", {})}
    for name in known.argnames:
        if name not in known.name2fixturedefs and name not in given:
            own = ["notebook", "solution", "rng", "data", *dict.fromkeys(one.function for one in course.tested)]
            return f"{_place(item)} asks for {name!r}, which is no fixture. There are: {', '.join(own)}"
    return None


def _place(item: pytest.Item) -> str:
    path, line, _ = item.location
    return f"{item.path if item.path.name in path else path}, line {(line or 0) + 1}: {item.name}"


def _points_fault(exercise: Exercise, checks: Sequence[Check]) -> str | None:
    if not checks:
        path = min(exercise.folder.glob("test_*.py"))
        return f"{path}: exercise {exercise.id} has no hidden test: there is no function test_... in this file"
    points, bonus = sum(check.max_points for check in checks), sum(check.max_bonus for check in checks)
    if (points, bonus) == (exercise.max_points, exercise.max_bonus):
        return None
    return (
        f"{exercise.folder}: its checks are worth {points:g} points and {bonus:g} bonus, "
        f"and course.toml says {exercise.max_points:g} and {exercise.max_bonus:g}"
    )
