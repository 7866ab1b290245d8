"""Which functions a participant's function calls, as its source says, through helpers of the notebook too."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping, Sequence
from functools import lru_cache

from grader.course.course import Course, Exercise
from grader.diagnosis.function_source import MAX_SOURCE
from grader.kernel.session import Version

MAX_HELPERS = 50


def called_exercises(
    exercise: Exercise, version: Version, versions: Sequence[Version], course: Course
) -> tuple[str, ...]:
    """The ids of the exercises that this one needs and whose functions the version's source names."""
    helpers = {one.name: one.source for one in versions}
    for one in course.exercises:
        for name in one.names:
            helpers.pop(name, None)
    named = _named(version.source, helpers)
    return tuple(id for id in exercise.needs if named.intersection(course.exercise(id).names))


def _named(source: str, helpers: Mapping[str, str]) -> set[str]:
    """The names that a source reads, and those that the helpers read which it names."""
    named, todo = set(_names_read(source)), [source]
    seen: set[str] = set()
    while todo and len(seen) < MAX_HELPERS:
        for name in _names_read(todo.pop()):
            named.add(name)
            if name in helpers and name not in seen:
                seen.add(name)
                todo.append(helpers[name])
    return named


@lru_cache(256)
def _names_read(source: str) -> frozenset[str]:
    try:
        tree = ast.parse(textwrap.dedent(source[:MAX_SOURCE]))
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # a participant wrote it
        return frozenset()
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return frozenset(names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)})
