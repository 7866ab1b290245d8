"""What came of the calls of a participant's function, held against the answers of another function."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from grader.course.own_time import TooLong
from grader.judging.compare import RTOL_FLOAT32, compare

RTOL = 1e-6
ATOL = 1e-9
MIN_CALLS = 3
MAX_PARTS = 2_000  # of an answer that is no array: each known mistake is held against each of them
NO_VALUE = (TypeError, ValueError, ArithmeticError, IndexError, KeyError)


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


def comparable(observed: Sequence[Observed]) -> list[Observed]:
    """The calls with their values as they are compared; none where they are too few or too large to tell anything."""
    made = [
        replace(call, value=_as_array(call.value)) if isinstance(call.value, list | tuple) else call
        for call in observed
    ]
    answered = [call for call in made if not call.raised]
    if len(answered) < MIN_CALLS or any(_has_more_parts(call.value, MAX_PARTS) for call in answered):
        return []
    return made


def value_of(function: Callable[..., object], args: Sequence[Any]) -> tuple[object, list[Any]]:
    """What the grader's own function gives, and what became of its arguments, which are copies."""
    arguments = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in args]
    with np.errstate(all="ignore"):
        return function(*arguments), arguments


def is_right(solution: Callable[..., object], call: Observed) -> bool:
    """Whether the answer earns points beside that of a right function."""
    try:
        expected = value_of(partial(solution, **call.kwargs), call.args)[0]
        return not call.raised and compare(expected, call.value).refusal is None
    except NO_VALUE:
        return False


def same(function: Callable[..., object], call: Observed, prints: bool = False) -> bool:
    """Whether the function does in this call what the participant's did."""
    try:
        value, arguments = value_of(partial(function, **call.kwargs) if call.kwargs else function, call.args)
    except NO_VALUE as error:
        return call.raised == type(error).__name__
    except TooLong:
        return False
    if call.raised:  # where numpy gives inf or nan, plain Python raises
        return call.raised == "ZeroDivisionError" and not _is_finite(value)
    if value is None and call.value is None:  # nothing tells one None from another but how it came about
        changed = not all(map(alike, arguments, call.args))
        return (prints, changed) == (call.printed, call.in_place)
    return alike(value, call.value)


def _as_array(value: object) -> object:
    """A list or tuple of numbers as an array, once for all that it will be compared with."""
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


def _is_finite(value: object) -> bool:
    try:
        return bool(np.all(np.isfinite(np.asarray(value, dtype=float))))
    except (TypeError, ValueError):
        return True


def alike(one: object, other: object) -> bool:
    """Whether two answers are the same but for style: tuples, lists and arrays, floats and numpy scalars."""
    if type(one) in _FLOATS and type(other) in _FLOATS:
        return _alike_floats(float(one), float(other))  # type: ignore[arg-type]
    if one is None or other is None or isinstance(one, str) or isinstance(other, str):
        return type(one) is type(other) and one == other
    if isinstance(one, dict) and isinstance(other, dict):
        return len(one) == len(other) and all(map(alike, one.values(), other.values()))
    if isinstance(one, dict) or isinstance(other, dict):
        return False
    return _alike_numbers(one, other)


_FLOATS = frozenset({float, np.float64})


def _alike_floats(one: float, other: float) -> bool:
    """What `_close` says of them."""
    near = math.isfinite(other) and abs(one - other) <= ATOL + RTOL * abs(other)
    return near or one == other or (one != one and other != other)


def always_the_same(values: Sequence[object]) -> bool:
    """Whether all answers are one and the same thing, or hold one and the same number."""
    if all(alike(value, values[0]) for value in values):
        return True
    if not all(isinstance(value, int | float | np.ndarray | np.number) for value in values):
        return False
    numbers = np.concatenate([np.ravel(np.asarray(value)) for value in values])
    return bool(numbers.size) and bool((numbers == numbers[0]).all())


def _alike_numbers(one: object, other: object) -> bool:
    try:
        first, second = np.asarray(one), np.asarray(other)
    except ValueError:  # parts of different shapes: one by one
        return _alike_parts(one, other)
    if first.dtype.kind not in "iuf" or second.dtype.kind not in "iuf":
        return _alike_parts(one, other)
    if first.size != second.size or not _of_one_form(first, second):
        return False
    if second.dtype == np.float64:
        if not first.size or _alike_floats(float(first.flat[0]), float(second.flat[0])):  # most that differ do so there
            return _close(first.ravel(), second.ravel(), RTOL)
        return False
    return _close(first.ravel(), second.ravel(), RTOL_FLOAT32 if second.dtype in (np.float32, np.float16) else RTOL)


def _of_one_form(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays of one size hold their numbers in the same order. A column, or a list of arrays of one number,
    is accepted as a vector, as it is where points are given."""
    flat = math.prod(one.shape) == max(one.shape, default=1)
    return flat or one.squeeze().shape == other.squeeze().shape


def _close(one: np.ndarray, other: np.ndarray, rtol: float) -> bool:
    """What np.allclose says with equal_nan, in a quarter of its time."""
    with np.errstate(all="ignore"):
        near = np.abs(one - other) <= ATOL + rtol * np.abs(other)
        return bool((near & np.isfinite(other) | (one == other) | (one != one) & (other != other)).all())


def _alike_parts(one: object, other: object) -> bool:
    parts = list, tuple
    if not isinstance(one, parts) or not isinstance(other, parts) or len(one) != len(other):
        return False
    return all(map(alike, one, other))
