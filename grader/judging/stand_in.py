"""What a hidden test sees of a participant: a function that stands in for theirs, its calls, and how a check fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from grader.i18n import Text, Titles
from grader.judging import compare, describe
from grader.judging.binding import LEFT_OUT
from grader.judging.handles import see
from grader.judging.verdicts import MAX_PRINTED, Failed, failure_of, partly, where
from grader.kernel.session import Answer, Opaque, Problem, can_change
from grader.model import CheckResult, CheckStatus


class Ask(Protocol):
    """Calls the participant's function on cases, each a tuple of arguments in the course's order. `writes_back`: what
    a call changes in its arguments is changed in those of the case."""

    def __call__(self, cases: Sequence[Sequence[object]], writes_back: bool = False) -> list[Answer]: ...


Arrange = Callable[[Sequence[object]], tuple[Sequence[object], Mapping[str, object]]]
"""Puts arguments in the course's order into the order of the participant's definition: by place, and by keyword."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the participant's function.

    Attributes:
        function: the stand-in that was called.
        args: the arguments, in the course's order.
        answer: what came back.
        index: the part of a two-part answer that counts; None where the whole answer does.
        kwargs: what was given by name.
    """

    function: Function
    args: tuple[Any, ...]
    answer: Answer
    index: int | None = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def printed(self) -> str:
        """What the function printed during the call."""
        return self.answer.printed

    @property
    def value(self) -> Any:
        """What the function returned: data, or a handle for what is none. Fails the check if it returned nothing."""
        if self.answer.problem is not None:
            raise self._problem(self.answer.problem)
        if self.index is None:
            return see(self.answer.value, self.function.handle)
        parts, refusal = compare.split(self.answer.value, 2)
        if parts is None:
            raise self._failed(refusal or "", None)
        return parts[self.index]

    @property
    def _counted(self) -> Any:
        """The answer, or the part of it that counts, with names in the place of objects."""
        return self.answer.value if self.index is None else self.value

    def part(self, index: int) -> Call:
        """The same call, of whose answer (two parts) only one counts."""
        return Call(self.function, self.args, self.answer, index, self.kwargs)

    def returns(self, expected: object, rtol: float = compare.RTOL) -> None:
        """Fail the check unless the answer is `expected`: any data. The report says what differs."""
        if self.answer.problem is not None:
            raise self._problem(self.answer.problem)
        comparison = compare.compare(expected, self._counted, rtol)
        if comparison.refusal is not None:
            raise self._failed(comparison.refusal, expected)
        self.function.remarks.extend(remark for remark in comparison.remarks if remark not in self.function.remarks)

    def array(self) -> np.ndarray:
        """The answer as an array (n,) of floats, n the length of the first argument. Fails the check if it is none."""
        shape = np.shape(self.args[0])
        array, remark, refusal = compare.numbers(self.value, shape)
        if array is None:
            raise self._failed(refusal or "", None)
        if remark is not None and remark not in self.function.remarks:
            self.function.remarks.append(remark)
        return array

    def refuse(self, pl: str, en: str, printed: bool = False) -> None:
        """Fail the check with a message of the course's own, and show what the call returned or what it printed."""
        if not printed:
            raise self._failed(Titles(pl, en), None)
        shown = " ".join(self.printed.split())[:MAX_PRINTED]
        raise Failed(CheckStatus.FAILED, Titles(pl, en), self.text, None, shown or None, self.answer)

    def partly(self, share: float, pl: str, en: str) -> None:
        """End the check with a part of its points, from 0 to 1, and say why it is not all of them."""
        raise partly(share, pl, en, self.text, describe.show(self.answer.value), self.answer)

    def _failed(self, message: Text, expected: object) -> Failed:
        if expected is None:
            shown, actual = None, describe.show(self.answer.value)
        else:
            shown, actual = describe.show_both(expected, self._counted)
        part = "" if expected is None or self.index is None else f"[{self.index}]"
        return Failed(CheckStatus.FAILED, message, self.text + part, shown, actual, self.answer)

    def _problem(self, problem: Problem) -> Failed:
        if problem is Problem.RAISED and self.answer.raised is not None:
            raised = self.answer.raised
            text = describe.error_text(raised)
            return Failed(CheckStatus.ERROR, where(raised), self.text, None, text, self.answer)
        return failure_of(problem, self.text, self.answer)

    @property
    def text(self) -> str:
        """The call as it can be pasted into the notebook."""
        places, keywords = self.function.arrange(self.function.in_order(self.args, self.kwargs))
        return describe.call_text(self.function.name, places, keywords, self.function.numpy)


def _in_course_order(arguments: Sequence[object]) -> tuple[Sequence[object], Mapping[str, object]]:
    return [argument for argument in arguments if argument is not LEFT_OUT], {}


def _as_named(opaque: Opaque) -> Any:
    return opaque


@dataclass(slots=True)
class Function:
    """Stands in for a participant's function in a hidden test.

    Attributes:
        name: the participant's name for it, as it stands before the parenthesis of a call.
        numpy: what the notebook calls numpy.
        ask: sends calls to the kernel.
        arrange: puts arguments into the order of the participant's definition, to show a call as they would write it.
        parameters: the course's names of the arguments, in its order.
        handle: makes what a test gets for an object that is no data.
        remarks: deviations that were accepted in the test that runs now.
        calls: every call so far.
    """

    name: str
    ask: Ask | Callable[[Sequence[Sequence[object]]], list[Answer]]
    arrange: Arrange = _in_course_order
    parameters: Sequence[str] = ()
    handle: Callable[[Opaque], Any] = _as_named
    remarks: list[Text] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    numpy: str = "np"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it once, as a function is called. What it changes in its arguments is changed in the test's own."""
        return self.call(*args, **kwargs).value

    def call(self, *args: Any, **kwargs: Any) -> Call:
        """The same, with all that there is to know of the call."""
        before = _copies(args), {name: _copies([value])[0] for name, value in kwargs.items()}
        given = self.in_order(args, kwargs)
        answers = self.ask([given], writes_back=True) if any(map(can_change, given)) else self.ask([given])  # type: ignore[call-arg]
        return self._kept([before], answers)[0]

    def each(self, cases: Iterable[Sequence[Any]]) -> list[Call]:
        """Call it on many tuples of arguments in one message. Calls that were not made have the last one's problem."""
        given = [tuple(case) for case in cases]
        answers = self.ask([self.in_order(case, {}) for case in given])
        return self._kept([(case, {}) for case in given], answers)

    def _kept(self, cases: Sequence[tuple[tuple[Any, ...], dict[str, Any]]], answers: Sequence[Answer]) -> list[Call]:
        missing = answers[-1] if answers else Answer(problem=Problem.CRASHED)
        padded = [*answers, *[missing] * (len(cases) - len(answers))]
        calls = [Call(self, args, answer, None, kwargs) for (args, kwargs), answer in zip(cases, padded, strict=True)]
        self.calls += calls
        return calls

    def in_order(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
        """The arguments in the course's order, LEFT_OUT where one is left to its default."""
        if not kwargs and len(args) >= len(self.parameters):
            return args
        left = self.parameters[len(args) :]
        unknown = [name for name in kwargs if name not in left]
        if unknown:
            raise TypeError(f"{self.name}: course.toml has no parameter {unknown[0]!r}, or it is given twice")
        return (*args, *(kwargs.get(name, LEFT_OUT) for name in left))


def _copies(values: Sequence[Any]) -> tuple[Any, ...]:
    """The values as they are before a call that may change them."""
    return tuple(deepcopy(value) if can_change(value) else value for value in values)


@dataclass(frozen=True, slots=True)
class Check:
    """A hidden test as the course declares it.

    Attributes:
        id: the name of the test function.
        title: what the check is about.
        max_points, max_bonus: what passing it earns.
    """

    id: str
    title: Titles
    max_points: float
    max_bonus: float

    def result(self, status: CheckStatus, message: Text | None = None, **more: Any) -> CheckResult:
        """`more`: other fields of the result."""
        return CheckResult(self.id, self.title, status, self.max_points, self.max_bonus, message, **more)
