"""Which known mistake a failed exercise's answers look like: the course's wrong functions, called with the same inputs.

Everything here runs on the grader's side, on data that came back over the wall.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from grader.course import Course, Exercise, function_in
from grader.errors import CourseError
from grader.i18n import Titles
from grader.model import Diagnosis

RTOL = 1e-6
MIN_CALLS = 3


@dataclass(frozen=True, slots=True)
class Observed:
    """A call whose answer is known: the arguments in the course's order, and the value."""

    args: tuple[Any, ...]
    value: object


@dataclass(frozen=True)
class Mistake:
    """A known mistake: its name, what to say to whoever makes it, and its function."""

    name: str
    hint: Titles
    function: Callable[..., object]


def diagnose(exercise: Exercise, course: Course, observed: Sequence[Observed]) -> Diagnosis | None:
    """The first known mistake that would give the same answer to every call, if any."""
    if len(observed) < MIN_CALLS:
        return None
    for mistake in known_mistakes(exercise, course):
        if all(_same(mistake, call) for call in observed):
            return Diagnosis(mistake.name, mistake.hint)
    return None


def known_mistakes(exercise: Exercise, course: Course) -> tuple[Mistake, ...]:
    """The course's known mistakes of an exercise, by name; of two that always answer alike the first is named."""
    return _known_mistakes(exercise.folder, exercise.function, course)


@lru_cache(64)
def _known_mistakes(folder: Path, function: str, course: Course) -> tuple[Mistake, ...]:
    return tuple(_mistake(path, function, course, folder.name) for path in sorted(folder.glob("mistakes/*.py")))


def _mistake(path: Path, function: str, course: Course, exercise: str) -> Mistake:
    return Mistake(path.stem, _hint(path), function_in(path, function, course.scope(exercise)))


def _hint(path: Path) -> Titles:
    doc = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    texts: dict[str, str] = {}
    language = ""
    for line in doc.splitlines():
        text = line
        if line.startswith(("pl:", "en:")):
            language, _, text = line.partition(":")
        texts[language] = f"{texts.get(language, '')} {text.strip()}".strip()
    if not texts.get("pl") or not texts.get("en"):
        raise CourseError(f"{path}: a known mistake starts with a docstring of two hints, 'pl: ...' and 'en: ...'")
    return Titles(texts["pl"], texts["en"])


def _same(mistake: Mistake, call: Observed) -> bool:
    arguments = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in call.args]
    try:
        with np.errstate(all="ignore"):
            value = mistake.function(*arguments)
    except (TypeError, ValueError, ArithmeticError, IndexError, KeyError):
        return False
    return alike(value, call.value)


def alike(one: object, other: object) -> bool:
    """Whether two answers are the same but for style: tuples, lists and arrays, floats and numpy scalars."""
    if one is None or other is None or isinstance(one, str) or isinstance(other, str):
        return type(one) is type(other) and one == other
    if isinstance(one, dict) and isinstance(other, dict):
        return len(one) == len(other) and all(map(alike, one.values(), other.values()))
    if isinstance(one, dict) or isinstance(other, dict):
        return False
    return _alike_numbers(one, other)


def _alike_numbers(one: object, other: object) -> bool:
    try:
        first, second = np.asarray(one), np.asarray(other)
    except ValueError:  # parts of different shapes: one by one
        return _alike_parts(one, other)
    if first.dtype.kind not in "iuf" or second.dtype.kind not in "iuf":
        return _alike_parts(one, other)
    if first.size != second.size or (
        first.shape != second.shape and math.prod(first.shape) != max(first.shape, default=1)
    ):
        return False
    return bool(np.allclose(first.ravel(), second.ravel(), rtol=RTOL, atol=1e-9, equal_nan=True))


def _alike_parts(one: object, other: object) -> bool:
    if not isinstance(one, list | tuple) or not isinstance(other, list | tuple) or len(one) != len(other):
        return False
    return all(map(alike, one, other))
