"""Makes the calls of an exercise's checks in one message, before any of them is judged: a message for each takes longer
than most calls.

A check that only draws inputs, and calls the function that is judged, is begun, and waits where it calls. When all that
can be begun wait, their calls are made; each goes on with its answers when its turn comes. Calls keep their order, for
a function may remember those before: after a check that calls again once it has answers, no other is begun. A check
that calls within a `with` or a `try` does not wait there: what it entered might hold for the others too. Nor do checks
wait for each other that have set something which others set too: with the reference's function they do not pass so.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np
import pytest
from greenlet import getcurrent, greenlet

from grader.course.own_time import TooLong, within
from grader.judging.outcomes import is_interrupt
from grader.judging.plain_test import PlainTest
from grader.judging.stand_in import Function
from grader.kernel.session import Answer, Problem

MAX_BYTES = 4 << 20  # of all arrays that are sent together
_FIXTURES = frozenset({"rng", "data", "solution"})
Cases = Sequence[Sequence[object]]


@dataclass(slots=True)
class Begun:
    """A test that has been begun, and waits where it calls the function.

    Attributes:
        cases: its calls.
        answers: what came of them; None where they are still to be made.
    """

    _run: greenlet
    _limit: within
    cases: Cases
    answers: list[Answer] | None = None

    def go_on(self) -> None:
        """Run the rest of it. Raise what it raises."""
        with self._limit:
            self._run.switch(self.answers)


BegunTests = Mapping[pytest.Item, Begun]
"""The tests that have been begun, by their items of pytest."""


def begin_ahead(
    function: Function, name: str, tests: Sequence[PlainTest | None], limit_s: float
) -> dict[pytest.Item, Begun]:
    """Begin the tests, as far as each begins with calls, and make these. `tests`: as many as `can_begin` says. `name`:
    the course's of the function. `limit_s`: what each may compute, and asking too."""
    ask: Any = function.ask
    begun: dict[pytest.Item, Begun] = {}
    together: list[Begun] = []
    left_bytes = MAX_BYTES
    for test, one in begin_each(tests, function, name, limit_s):
        begun[test.item] = one
        left_bytes -= size_bytes(one.cases)
        if left_bytes < 0:
            break
        together.append(one)
    if len(together) > 1:
        with suppress(TooLong), within(limit_s):  # each check then asks by itself
            give(together, ask.ahead([one.cases for one in together]))
    return begun


def can_begin(function: Function, name: str, tests: Sequence[PlainTest | None], limit_s: float) -> int:
    """How many of the first tests can be begun before any of them is judged: as many as pass so with `function`, the
    reference's, of which none but the last calls again."""
    begun = [one for _, one in begin_each(tests, function, name, limit_s)]
    ends = end_all([(function, one) for one in begun], limit_s)
    count = next((place for place, end in enumerate(ends) if end is not End.PASSED), len(begun))
    if count < len(begun) and ends[count] is End.CALLED_AGAIN:
        count += 1
    return count if count in (0, 1, len(begun)) else can_begin(function, name, tests[:count], limit_s)


class End(Enum):
    """How a check ended, with the reference's function."""

    PASSED = 1
    CALLED_AGAIN = 2
    FAILED = 3


def end_all(begun: Sequence[tuple[Function, Begun]], limit_s: float) -> list[End]:
    """How tests end that have been begun with these functions, the reference's."""
    with met_again(), within(limit_s):
        for function, one in begun:
            one.answers = function.ask(one.cases)
    return [_end(one, function) for function, one in begun]  # all of them, so that each puts back what it has set


def _end(one: Begun, function: Function) -> End:
    with counted(function) as messages:
        try:
            one.go_on()
        except BaseException as error:
            if is_interrupt(error):
                raise
            return End.FAILED
    return End.CALLED_AGAIN if messages or one.answers is None else End.PASSED


@contextmanager
def met_again() -> Iterator[None]:
    """Pass over what breaks when checks ask together: it is met again, and judged, when each asks by itself. A function
    of a test's may raise what pytest raises, which is no Exception."""
    try:
        yield
    except BaseException as error:
        if is_interrupt(error):
            raise


def give(begun: Sequence[Begun], answers: Sequence[list[Answer]]) -> None:
    """Give them the answers to their calls, as far as there are any."""
    for one, own in zip(begun, answers, strict=False):
        one.answers = own


def begin_each(
    tests: Sequence[PlainTest | None], function: Function, name: str, limit_s: float
) -> Iterator[tuple[PlainTest, Begun]]:
    for test in tests:
        if test is None or not test.own_fixtures <= _FIXTURES | {name}:
            return
        begun = _begin(test, function, limit_s)
        if begun is None:
            return
        yield test, begun


class _Later(BaseException):
    """A test calls in a way that is answered at once. No `except Exception` of it catches this."""


def _begin(test: PlainTest, function: Function, limit_s: float) -> Begun | None:
    """None where a test ends before it calls, calls what may change its arguments, or calls within a block that it must
    leave; it is then run from its start when its turn comes."""
    ask, here = function.ask, getcurrent()

    def wait(cases: Cases, writes_back: bool = False) -> list[Answer]:
        if writes_back or _is_within_block():
            raise _Later
        function.ask = ask
        answers: list[Answer] | None = here.switch(cases)
        return ask(cases) if answers is None else answers

    limit, run = within(limit_s), greenlet(test.run, here)
    run.gr_context = copy_context()
    function.ask = wait
    try:
        with limit:
            cases: Cases | None = run.switch()
    except BaseException as error:  # it is judged when it runs in earnest
        if is_interrupt(error):
            raise
        return None
    finally:
        function.ask = ask
    return None if cases is None else Begun(run, limit, cases)


def _is_within_block() -> bool:
    """Whether a function of the test that is waiting to be called has a `with` or a `try` in it."""
    frame = sys._getframe(1)
    while (caller := frame.f_back) is not None:  # as far as its greenlet reaches
        frame = caller
        if _has_block(frame.f_code):
            return True
    return False


@lru_cache(maxsize=1024)
def _has_block(code: CodeType) -> bool:
    return not _BLOCKS.isdisjoint(step.opname for step in dis.get_instructions(code))


_BLOCKS = frozenset({"PUSH_EXC_INFO", "SETUP_WITH", "SETUP_FINALLY"})  # the last two before Python 3.11


def size_bytes(cases: Cases) -> int:
    return sum([value.nbytes for case in cases for value in case if type(value) is np.ndarray])


def share_out(stated: Sequence[Cases], answers: Sequence[Answer]) -> list[list[Answer]]:
    """The answers for each check, as far as they reach: after a call that ended the kernel none were made."""
    found: list[list[Answer]] = []
    start = 0
    for cases in stated:
        own = list(answers[start : start + len(cases)])
        start += len(cases)
        if len(own) < len(cases) and (not own or own[-1].problem in (None, Problem.RAISED)):
            break
        found.append(own)
    return found


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
