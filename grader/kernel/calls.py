"""What the grader asks of a notebook's functions, and what comes back: plain values, encoded and decoded here only."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import Protocol

import numpy as np

from grader.config import CellInput
from grader.kernel.budget import Budget
from grader.kernel.protocol import messages, tables
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.messages import Raised, Version
from grader.kernel.protocol.records import Record, fields_of
from grader.kernel.protocol.values import Asked, Given, Opaque, WireError
from grader.kernel.sending import Sending, StandInAnswer
from grader.kernel.write_back import can_change, write_back
from grader.model import Cell, CellResult, Notebook

Find = Callable[[Opaque], object]
"""Makes what a test sees of an object of the notebook."""


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
        writes_back: whether what a call changes in its arguments is changed in the test's own.
        begins: the places of the cases, beside the first, at which all names get those values again.
    """

    version: Version
    after_cell: bool = False
    asked: tuple[str, ...] = ()
    writes_back: bool = False
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do with an object of the notebook.

    Attributes:
        action: what to do; `inside.objects` lists what there is.
        target: the object; None for the notebook itself.
        args, kwargs: what the action is given.
        input: what `input()` is answered with meanwhile, in turn.
        after_cell: the cell after which it is done; None for the last one.
        seed: of random numbers; None to let them go on.
        check: the number of the check that asks: each begins with what the cells left. What is done for check 0 stays
            done, as what a cell of the notebook does.
        patched: functions by whose names the notebook calls these meanwhile.
    """

    action: str
    target: Opaque | None = None
    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict)
    input: tuple[str, ...] = ()
    after_cell: int | None = None
    seed: int | None = 0
    check: int = 1
    patched: Mapping[str, Callable[..., object]] = field(default_factory=dict)


class Calls(Protocol):
    """All that judging needs of a session: the versions of functions, the cells, and a way to call a version."""

    @property
    def versions(self) -> tuple[Version, ...]: ...

    @property
    def sources(self) -> tuple[Cell, ...]: ...

    @property
    def cells(self) -> tuple[CellResult, ...]: ...

    @property
    def walls(self) -> tuple[str, ...]: ...

    @property
    def alive(self) -> bool: ...

    @property
    def hurried(self) -> bool: ...

    @property
    def budget(self) -> Budget: ...

    def call(
        self,
        invocation: Invocation,
        cases: Sequence[Case],
        seed: int,
        answer: StandInAnswer | None = None,
        within_s: float = math.inf,
        within_bytes: float = math.inf,
    ) -> list[Answer]: ...

    def begin(
        self, asked: Iterable[tuple[Invocation, Sequence[Case]]], seed: int, within_bytes: float = math.inf
    ) -> list[Callable[[], list[Answer] | None]]: ...

    @property
    def names(self) -> Mapping[str, tuple[int, ...]]: ...

    @property
    def kernels(self) -> int: ...

    def use(self, deed: Deed, find: Find) -> Answer: ...

    def beside(
        self, notebook: Notebook, cell_input: tuple[CellInput, ...] = (), within_s: float = math.inf
    ) -> AbstractContextManager[Calls]: ...


def encode_calls(invocation: Invocation, cases: Sequence[Case], seed: int, sending: Sending) -> messages.Calls:
    """Raise Unsendable where an argument can't cross."""
    encoded = [sending.case(case.args, case.kwargs) for case in cases]
    number, asked, way = secrets.randbits(48), list(invocation.asked), invocation
    return messages.Calls(number, way.version.id, encoded, way.after_cell, asked, seed, way.writes_back, way.begins)


def encode_deed(deed: Deed, sending: Sending) -> messages.Use:
    """Raise Unsendable where an argument can't cross."""
    target = deed.target.id if deed.target is not None else 0
    case = sending.case(deed.args, deed.kwargs)
    changes = deed.action == "call" and any(map(can_change, (*deed.args, *deed.kwargs.values())))
    patched = tuple(sending.case((), deed.patched).kwargs)
    return messages.Use(
        secrets.randbits(48), deed.action, target, case, deed.seed, deed.check, changes, list(deed.input), patched
    )


def decode_all(
    outcomes: Sequence[messages.Outcome | None],
    budget: Budget,
    arguments: Sequence[Sequence[object]] = (),
    find: Find = lambda opaque: opaque,
) -> list[Answer]:
    """The answers, as far as the time reaches: large ones take long to decode. `arguments`: those of each call, which
    become what the call made of them."""
    padded = [*arguments, *[()] * (len(outcomes) - len(arguments))]
    now, until_s = time.monotonic, time.monotonic() + budget.left_s
    return [
        decode_outcome(outcome, own, find) if now() < until_s else Answer(problem=Problem.OUT_OF_TIME)
        for outcome, own in zip(outcomes, padded, strict=False)
    ]


def decode_outcome(
    outcome: messages.Outcome | None, arguments: Sequence[object] = (), find: Find = lambda opaque: opaque
) -> Answer:
    """The answer of one call. `outcome` is None where it was too large to be kept."""
    if outcome is None:
        return Answer(problem=Problem.TOO_LARGE)
    result = outcome.result
    printed, needs = outcome.printed, outcome.standins
    if isinstance(result, messages.Timeout):
        return Answer(None, Problem.TIMED_OUT, None, printed, needs)
    if isinstance(result, messages.Raised):
        return Answer(None, Problem.RAISED, result, printed, needs)
    names = partial(_named, arguments=arguments, find=find)
    try:
        value = decode(result, names)
        changed = outcome.changed and [
            (_argument(place, arguments), decode(now, names)) for place, now in outcome.changed
        ]
    except (WireError, RecursionError, MemoryError):
        return Answer(None, Problem.GARBLED, None, printed, needs)
    for own, now in changed:
        write_back(own, now)
    return Answer(value, None, None, printed, needs)


def _named(name: Opaque | Given | Asked, arguments: Sequence[object], find: Find) -> object:
    """What a name stands for: an argument that came back, as it is here, or an object."""
    if isinstance(name, Given):
        return _argument(name.index, arguments)
    return find(name) if isinstance(name, Opaque) else Opaque("function", "")


def _argument(place: int, arguments: Sequence[object]) -> object:
    if place >= len(arguments):
        raise WireError("no such argument")
    return arguments[place]


_SMALL = frozenset({float, np.float64, bool, type(None)})


def _size_bytes(value: object) -> int:
    kind = type(value)
    if kind in _SMALL:
        return 100
    if kind is tuple and _SMALL.issuperset(map(type, value)):  # type: ignore[call-overload]
        return 100 + 100 * len(value)  # type: ignore[arg-type]
    if isinstance(value, int):
        return 100 + value.bit_length() // 8
    if isinstance(value, np.ndarray):
        return 200 + value.nbytes
    if isinstance(value, str):
        return 100 + 4 * len(value)
    if isinstance(value, bytes):
        return 100 + len(value)
    if isinstance(value, dict):
        return 100 + sum(_size_bytes(key) + _size_bytes(item) for key, item in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        are_small = _SMALL.issuperset(map(type, value))
        return 100 + (100 * len(value) if are_small else sum(map(_size_bytes, value)))
    if isinstance(value, Record):
        return 100 + _size_bytes(fields_of(value))
    return 100 + tables.size_bytes(value)
