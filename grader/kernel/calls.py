"""What the grader asks of a notebook's functions, and what comes back: plain values, encoded and decoded here only."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from grader.kernel.budget import Budget
from grader.kernel.protocol import messages
from grader.kernel.protocol.messages import Raised, Version
from grader.kernel.protocol.values import Nothing, Opaque, WireError, decode, encode

StandInAnswer = Callable[[str, Sequence[object], Mapping[str, object]], object]
"""Gives the result of a function that the grader stands in for, from its name and arguments. May raise CannotAnswer."""


class CannotAnswer(Exception):
    """A function that the grader stands in for has no result for these arguments; the text says why."""


class Problem(Enum):
    """Why a call has no value."""

    RAISED = "raised"  # an exception
    TIMED_OUT = "timed_out"  # it took longer than a call may
    CRASHED = "crashed"  # it ended the kernel
    GARBLED = "garbled"  # what came back contradicts itself
    TOO_LARGE = "too_large"  # the answers together are more than is kept
    OUT_OF_TIME = "out_of_time"  # it was not made: the time for the notebook is over


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one call: a value or a problem.

    Attributes:
        value: plain data: None, numbers, numpy arrays, str, list, tuple, dict; Opaque for what is no data.
        problem: why there is no value.
        raised: the exception, if the problem is RAISED.
        printed: what the call printed, cut to the kernel's cap.
        needs: modules that are not installed here and whose stand-ins took part in it.
    """

    value: object = None
    problem: Problem | None = None
    raised: Raised | None = None
    printed: str = ""
    needs: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """How much memory it takes, roughly."""
        text = len(self.raised.text) if self.raised is not None else 0
        return _size_bytes(self.value) + 4 * (text + len(self.printed))

    def without_value(self) -> Answer:
        """The same answer where its value is too large to be kept."""
        value = None if self.value is None else Opaque(type(self.value).__name__, "")
        return replace(self, value=value, printed=self.printed.strip()[:1])


@dataclass(frozen=True, slots=True)
class Case:
    """The arguments of one call, in the version's own order: plain data, as in `Answer.value`."""

    args: tuple[object, ...]
    kwargs: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Invocation:
    """A way to call a version.

    Attributes:
        version: the definition to call.
        after_cell: whether names have the values that they had after the version's own cell.
        asked: names of functions that the grader stands in for: calls of them come to `answer`.
    """

    version: Version
    after_cell: bool = False
    asked: tuple[str, ...] = ()


def encode_calls(invocation: Invocation, cases: Sequence[Case], seed: int) -> messages.Calls:
    encoded = [
        messages.Case(
            [encode(value) for value in case.args], [(name, encode(value)) for name, value in case.kwargs.items()]
        )
        for case in cases
    ]
    number, asked = secrets.randbits(48), list(invocation.asked)
    return messages.Calls(number, invocation.version.id, encoded, invocation.after_cell, asked, seed)


def encode_answers(answer: StandInAnswer) -> Callable[[messages.Ask], messages.Answer]:
    """`answer` as a function of the kernel's question."""

    def reply(ask: messages.Ask) -> messages.Answer:
        try:
            args = [decode(value) for value in ask.args]
            value = answer(ask.name, args, {name: decode(value) for name, value in ask.kwargs})
        except CannotAnswer as error:
            return messages.Answer(Nothing(), str(error))
        except (WireError, RecursionError, MemoryError):
            return messages.Answer(Nothing(), f"{ask.name} got arguments that make no sense")
        return messages.Answer(encode(value), "")

    return reply


def decode_all(outcomes: Sequence[messages.Outcome | None], budget: Budget) -> list[Answer]:
    """The answers, as far as the time reaches: large ones take long to decode."""
    return [Answer(problem=Problem.OUT_OF_TIME) if budget.is_spent else decode_outcome(outcome) for outcome in outcomes]


def decode_outcome(outcome: messages.Outcome | None) -> Answer:
    """The answer of one call. `outcome` is None where it was too large to be kept."""
    if outcome is None:
        return Answer(problem=Problem.TOO_LARGE)
    result = outcome.result
    answer = Answer(printed=outcome.printed, needs=outcome.standins)
    if isinstance(result, messages.Timeout):
        return replace(answer, problem=Problem.TIMED_OUT)
    if isinstance(result, messages.Raised):
        return replace(answer, problem=Problem.RAISED, raised=result)
    try:
        return replace(answer, value=decode(result))
    except (WireError, RecursionError, MemoryError):
        return replace(answer, problem=Problem.GARBLED)


def _size_bytes(value: object) -> int:
    if isinstance(value, np.ndarray):
        return 200 + value.nbytes
    if isinstance(value, str):
        return 100 + 4 * len(value)
    if isinstance(value, dict):
        return 100 + sum(_size_bytes(key) + _size_bytes(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return 100 + sum(map(_size_bytes, value))
    return 100
