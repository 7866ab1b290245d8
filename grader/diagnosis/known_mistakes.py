"""The course's known mistakes of an exercise, alone and in pairs, as functions that make them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import combinations
from pathlib import Path

from grader.course.course import Course, Exercise
from grader.course.sources import function_in, parse, read_file, read_hints
from grader.diagnosis.mistake import Bounded, Mistake
from grader.errors import CourseError

PAIRS_FILE = "pairs.py"


def known_mistakes(exercise: Exercise, course: Course) -> tuple[Mistake, ...]:
    """The course's known mistakes of an exercise, by name; of two that always answer alike the first is named."""
    return _known_mistakes(exercise.folder, exercise.function, course)


def known_pairs(exercise: Exercise, course: Course) -> tuple[Mistake, ...]:
    """Every two of the mistakes that the exercise's pairs.py has a switch for, made together."""
    return _known_pairs(exercise.folder, exercise.function, course)


@lru_cache(64)
def _known_mistakes(folder: Path, function: str, course: Course) -> tuple[Mistake, ...]:
    return tuple(_mistake(path, function, course, folder.name) for path in sorted(folder.glob("mistakes/*.py")))


def _mistake(path: Path, function: str, course: Course, exercise: str) -> Mistake:
    source = read_file(path)
    hint = read_hints(path, ast.get_docstring(parse(path)), course.languages)
    wrong = Bounded(function_in(path, function, course.scope(exercise)))
    return Mistake(path.stem, (hint,), wrong, prints="print(" in source)


@lru_cache(64)
def _known_pairs(folder: Path, function: str, course: Course) -> tuple[Mistake, ...]:
    path = folder / PAIRS_FILE
    if not path.is_file():
        return ()
    mistakes = {mistake.name: mistake for mistake in _known_mistakes(folder, function, course)}
    switched = function_in(path, function, course.scope(folder.name))
    names = list(_switches(path))
    unknown = [name for name in names if name not in mistakes]
    if unknown:
        raise CourseError(
            "{path}: {value} is none of this exercise's known mistakes: is it spelt right?",
            path=path,
            value=repr(unknown[0]),
        )
    return tuple(
        Mistake(
            f"{one}+{other}",
            mistakes[one].hints + mistakes[other].hints,
            Bounded(partial(switched, made=frozenset({one, other}))),
        )
        for one, other in combinations(names, 2)
    )


def _switches(path: Path) -> Iterator[str]:
    """The names in `"name" in made`, in the order of the file, which is the order in which to fix them."""
    found = [
        (node.lineno, node.col_offset, node.left.value)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
    ]
    return iter(dict.fromkeys(name for _, _, name in sorted(found)))
