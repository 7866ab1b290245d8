"""Finds the known mistake that a participant's answers look like, by calling the course's wrong functions.

All of it runs in the grader's own process, on data that came back from the kernel.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import numpy as np

from grader.course.course import Course, Exercise
from grader.course.own_time import TooLong, within
from grader.course.sources import function_in, parse, read_file, read_hints
from grader.errors import CourseError
from grader.i18n import Text, Titles, msg
from grader.model import Diagnosis

PAIRS_FILE = "pairs.py"
RTOL = 1e-6
MIN_CALLS = 3
CALL_LIMIT_S = 5.0  # that a known mistake may compute on one call
MAX_PARTS = 2_000  # of an answer that is no array: each known mistake is held against each of them
_NO_VALUE = (TypeError, ValueError, ArithmeticError, IndexError, KeyError)


@dataclass(frozen=True, slots=True)
class Observed:
    """What came of one call of the participant's function.

    Attributes:
        args: the arguments, in the course's order.
        value: what it returned; None where it raised.
        raised: the class of the exception that it ended with, or "".
        printed: whether it printed something.
        in_place: whether its source writes into an argument.
        kwargs: what was given by name.
    """

    args: tuple[Any, ...]
    value: object
    raised: str = ""
    printed: bool = False
    in_place: bool = False
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistake:
    """A known mistake, or a pair of them.

    Attributes:
        name: the stem of its file, or two of them with a plus sign between.
        hints: what to say to the person who made it, a text for each mistake.
        function: gives the answers of somebody who makes it.
        prints: whether it prints something.
    """

    name: str
    hints: tuple[Titles, ...]
    function: Callable[..., object]
    prints: bool = False

    @property
    def diagnosis(self) -> Diagnosis:
        return Diagnosis(self.name, _together(self.hints), self.hints if len(self.hints) > 1 else ())


@dataclass(slots=True)
class _Bounded:
    """A wrong function of the course. One that never ends on some call is not called again: it explains nothing, and
    `grade-course check` says that it is not named."""

    function: Callable[..., object]
    endless: bool = False

    def __call__(self, *args: object, **kwargs: object) -> object:
        if self.endless:
            raise TooLong
        try:
            with within(CALL_LIMIT_S):
                return self.function(*args, **kwargs)
        except TooLong:
            self.endless = True
            raise


def find_known_mistake(exercise: Exercise, course: Course, observed: Sequence[Observed]) -> Diagnosis | None:
    """The known mistake that gives the same answer to every call; if there is none, the pair of mistakes that does.

    Where two pairs give the same answers, neither is named: nobody can know which of them it is.
    """
    observed = [replace(call, value=_as_array(call.value)) for call in observed]
    answered = [call for call in observed if not call.raised]
    if len(answered) < MIN_CALLS or any(_has_more_parts(call.value, MAX_PARTS) for call in answered):
        return None
    mistake = next(_explaining(known_mistakes(exercise, course), observed), None)
    if mistake is not None:
        return mistake.diagnosis
    pairs = list(islice(_explaining(known_pairs(exercise, course), observed), 2))
    return pairs[0].diagnosis if len(pairs) == 1 else None


def _explaining(mistakes: Sequence[Mistake], observed: Sequence[Observed]) -> Iterator[Mistake]:
    return (mistake for mistake in mistakes if all(_same(mistake, call) for call in observed))


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
    wrong = _Bounded(function_in(path, function, course.scope(exercise)))
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
            _Bounded(partial(switched, made=frozenset({one, other}))),
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


def _together(hints: Sequence[Titles]) -> Text:
    if len(hints) == 1:
        return hints[0]
    return msg(
        "Two mistakes at once; each hint speaks of one as if the other were not there. 1. {first} 2. {second}",
        first=hints[0],
        second=hints[1],
    )


def _as_array(value: object) -> object:
    """A list or tuple of numbers as an array, once for all that it will be compared with."""
    if not isinstance(value, list | tuple):
        return value
    try:
        array = np.asarray(value)
    except ValueError:
        return value
    return array if array.dtype.kind in "iuf" else value


def _has_more_parts(value: object, most: int) -> bool:
    todo, seen = [value], 0
    while todo and seen <= most:
        part = todo.pop()
        inside = part.values() if isinstance(part, dict) else part if isinstance(part, list | tuple) else ()
        todo.extend(inside)
        seen += len(inside)
    return seen > most


def _same(mistake: Mistake, call: Observed) -> bool:
    arguments = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in call.args]
    try:
        with np.errstate(all="ignore"):
            value = mistake.function(*arguments, **call.kwargs)
    except _NO_VALUE as error:
        return call.raised == type(error).__name__
    except TooLong:
        return False
    if call.raised:  # where numpy gives inf or nan, plain Python raises
        return call.raised == "ZeroDivisionError" and not _is_finite(value)
    if value is None and call.value is None:  # nothing tells one None from another but how it came about
        changed = not all(map(alike, arguments, call.args))
        return (mistake.prints, changed) == (call.printed, call.in_place)
    return alike(value, call.value)


def _is_finite(value: object) -> bool:
    try:
        return bool(np.all(np.isfinite(np.asarray(value, dtype=float))))
    except (TypeError, ValueError):
        return True


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
    parts = list, tuple
    if not isinstance(one, parts) or not isinstance(other, parts) or len(one) != len(other):
        return False
    return all(map(alike, one, other))
