"""Makes the calls of an exercise's checks in one message, before any of them is judged: a message for each takes longer
than most calls.

A check that only draws inputs, and calls the function that is judged, states its calls when it is begun; it is ended
there, and runs from its start when the answers have come. What it then calls must be what it has stated, or it is asked
as if it had stated nothing. Calls keep their order, for a function may remember those before: of a check that calls
again once it has answers, no later check is asked ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from grader.course.own_time import TooLong, within
from grader.judging.outcomes import is_interrupt
from grader.judging.plain_test import PlainTest
from grader.judging.stand_in import Function
from grader.kernel.session import Answer, Problem

MAX_BYTES = 4 << 20  # of all arrays that are sent together
_FIXTURES = frozenset({"rng", "data", "solution"})
Cases = Sequence[Sequence[object]]
AsksOnce = Callable[[PlainTest], bool]
"""Whether a test has nothing more to ask once it has the answers to its first calls."""


def ask_ahead(
    function: Function, name: str, tests: Iterable[PlainTest | None], limit_s: float, asks_once: AsksOnce
) -> None:
    """Make the first calls of the first tests, as far as each states its calls. `name`: the course's of the function.
    `limit_s`: what stating them, and asking, may each take of the grader's own processor time."""
    ask: Any = function.ask
    if not hasattr(ask, "ahead"):  # it calls no kernel
        return
    stated: list[Cases] = []
    with suppress(TooLong), within(limit_s):
        stated += _all_stated(tests, function, name, asks_once)
    if len(stated) > 1:
        with suppress(TooLong), within(limit_s):  # each check is then asked by itself
            ask.ahead(stated)


def _all_stated(
    tests: Iterable[PlainTest | None], function: Function, name: str, asks_once: AsksOnce
) -> Iterator[Cases]:
    """Of each of the first tests, as far as they state their calls and all fit one message."""
    left_bytes = MAX_BYTES
    for test in tests:
        cases = _stated(test, function, name) if test is not None else None
        left_bytes -= _size_bytes(cases or ())
        if test is None or cases is None or left_bytes < 0:
            return
        yield cases
        if not asks_once(test):
            return


@contextmanager
def counted(function: Function) -> Iterator[list[Cases]]:
    """Gives a list that grows by the calls of each message to the function, as long as this lasts."""
    messages: list[Cases] = []
    ask: Any = function.ask

    def count(cases: Cases, writes_back: bool = False) -> list[Answer]:
        messages.append(cases)
        answers: list[Answer] = ask(cases, writes_back)
        return answers

    function.ask = count
    try:
        yield messages
    finally:
        function.ask = ask


class _Stated(BaseException):
    """The calls that a test makes first. No `except Exception` of it catches this."""

    def __init__(self, cases: Cases) -> None:
        super().__init__()
        self.cases = cases


def _stated(test: PlainTest, function: Function, name: str) -> Cases | None:
    """None where a test does something else too, fails before it calls, or where what it sends is of a rare kind."""
    if not test.own_fixtures <= _FIXTURES | {name}:
        return None
    ask, function.ask = function.ask, _state
    try:
        test.run()
    except _Stated as stated:
        return stated.cases if same_cases(stated.cases, stated.cases) else None
    except BaseException as error:  # it is judged when it runs in earnest
        if is_interrupt(error):
            raise
        return None
    finally:
        function.ask = ask
    return None


def _state(cases: Cases, writes_back: bool = False) -> NoReturn:
    raise _Stated(() if writes_back else cases)


def _size_bytes(cases: Cases) -> int:
    return sum(value.nbytes for case in cases for value in case if isinstance(value, np.ndarray))


# ---- the answers


@dataclass(frozen=True, slots=True)
class Known:
    """The calls that a check stated, and their answers."""

    cases: Cases
    answers: list[Answer]


def share_out(stated: Sequence[Cases], answers: Sequence[Answer]) -> list[Known]:
    """The answers for each check, as far as they reach: after a call that ended the kernel none were made."""
    found: list[Known] = []
    start = 0
    for cases in stated:
        own = list(answers[start : start + len(cases)])
        start += len(cases)
        if len(own) < len(cases) and (not own or own[-1].problem in (None, Problem.RAISED)):
            break
        found.append(Known(cases, own))
    return found


def same_cases(some: Cases, others: Cases) -> bool:
    """Whether they are the same, to the last bit. Only numbers, texts, arrays of numbers and sequences are compared."""
    return len(some) == len(others) and bool(some) and all(map(_same, some, others))


def _same(one: object, other: object) -> bool:
    kind = type(one)
    if kind is not type(other):
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        alike = one.dtype == other.dtype and one.dtype.kind in "biuf" and one.shape == other.shape
        return alike and one.tobytes() == other.tobytes()
    if kind in (list, tuple) and isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return kind in _COMPARED and one == other


_COMPARED: tuple[Callable[..., object], ...] = (int, float, bool, str, type(None), np.float64, np.int64)
