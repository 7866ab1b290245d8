"""What a hidden test sees of a participant: a function that stands in for theirs, its calls, and how a check fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.i18n import CellRef, Text, Titles, msg
from grader.judging import compare, describe
from grader.kernel.session import Answer, Problem, Raised
from grader.model import CheckResult, CheckStatus

Ask = Callable[[Sequence[Sequence[object]]], list[Answer]]
"""Calls the participant's function on cases, each a tuple of arguments in the course's order."""
Arrange = Callable[[Sequence[object]], tuple[Sequence[object], Mapping[str, object]]]
"""Puts arguments in the course's order into the order of the participant's definition: by place, and by keyword."""
MAX_PRINTED = 200  # characters of what a call printed that a report shows


class Failed(Exception):
    """The verdict of a check that did not pass, with what the report shows.

    Attributes:
        status: never PASSED.
        message: what is wrong.
        input: the call as text that can be pasted into the notebook.
        expected, actual: the values, as text.
        answer: what came back from the call that shows it.
    """

    def __init__(
        self,
        status: CheckStatus,
        message: Text,
        input: str | None = None,
        expected: str | None = None,
        actual: str | None = None,
        answer: Answer | None = None,
    ) -> None:
        super().__init__(str(message))
        self.status, self.message = status, message
        self.input, self.expected, self.actual = input, expected, actual
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the participant's function.

    Attributes:
        function: the stand-in that was called.
        args: the arguments, in the course's order.
        answer: what came back.
        index: the part of a two-part answer that counts; None where the whole answer does.
    """

    function: Function
    args: tuple[Any, ...]
    answer: Answer
    index: int | None = None

    @property
    def printed(self) -> str:
        """What the function printed during the call."""
        return self.answer.printed

    @property
    def value(self) -> Any:
        """What the function returned, as plain Python and numpy values. Fails the check if it returned nothing."""
        if self.answer.problem is not None:
            raise self._problem(self.answer.problem)
        if self.index is None:
            return self.answer.value
        parts, refusal = compare.split(self.answer.value, 2)
        if parts is None:
            raise self._failed(refusal or "", None)
        return parts[self.index]

    def part(self, index: int) -> Call:
        """The same call, of whose answer (two parts) only one counts."""
        return Call(self.function, self.args, self.answer, index)

    def returns(self, expected: object, rtol: float = compare.RTOL) -> None:
        """Fail the check unless the answer is `expected`: a number, an array (n,), or a tuple of these."""
        comparison = compare.compare(expected, self.value, rtol)
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
        raise Failed(CheckStatus.FAILED, Titles(pl, en), self._text(), None, shown or None, self.answer)

    def _failed(self, message: Text, expected: object) -> Failed:
        if expected is None:
            shown, actual = None, describe.show(self.answer.value)
        else:
            shown, actual = describe.show_both(expected, self.value)
        part = "" if expected is None or self.index is None else f"[{self.index}]"
        return Failed(CheckStatus.FAILED, message, self._text() + part, shown, actual, self.answer)

    def _problem(self, problem: Problem) -> Failed:
        if problem is Problem.RAISED and self.answer.raised is not None:
            raised = self.answer.raised
            text = describe.error_text(raised)
            return Failed(CheckStatus.ERROR, _where(raised), self._text(), None, text, self.answer)
        status, message = _PROBLEMS[problem]
        return Failed(status, message, self._text(), answer=self.answer)

    def _text(self) -> str:
        places, keywords = self.function.arrange(self.args)
        return describe.call_text(self.function.name, places, keywords)


def _where(raised: Raised) -> Text:
    if raised.cell < 0:
        return _RAISED
    where = msg("in cell {cell}, line {line}: {code}", cell=CellRef(raised.cell), line=raised.line, code=raised.code)
    return msg("The call ended with an error {where}", where=where)


_RAISED = msg("The call ended with an error.")
_PROBLEMS: Mapping[Problem, tuple[CheckStatus, Text]] = {
    Problem.RAISED: (CheckStatus.ERROR, _RAISED),
    Problem.TIMED_OUT: (
        CheckStatus.TIMED_OUT,
        msg("The call did not end in time. Is there a loop that never stops?"),
    ),
    Problem.CRASHED: (CheckStatus.CRASHED, msg("The call ended the whole Python process.")),
    Problem.GARBLED: (CheckStatus.ERROR, msg("The answer could not be read.")),
    Problem.TOO_LARGE: (CheckStatus.ERROR, msg("The answers are too large: together they take more memory than fits.")),
    Problem.OUT_OF_TIME: (
        CheckStatus.NOT_RUN,
        msg("It was not run: the time for this notebook was used up."),
    ),
}


def _in_course_order(arguments: Sequence[object]) -> tuple[Sequence[object], Mapping[str, object]]:
    return arguments, {}


@dataclass(slots=True)
class Function:
    """Stands in for a participant's function in a hidden test.

    Attributes:
        name: the participant's name for it.
        ask: sends calls to the kernel.
        arrange: puts arguments into the order of the participant's definition, to show a call as they would write it.
        remarks: deviations that were accepted in the test that runs now.
        calls: every call so far.
    """

    name: str
    ask: Ask
    arrange: Arrange = _in_course_order
    remarks: list[Text] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def __call__(self, *args: Any) -> Any:
        """Call it once. Returns plain Python and numpy values."""
        return self.each([args])[0].value

    def each(self, cases: Sequence[Sequence[Any]]) -> list[Call]:
        """Call it on many tuples of arguments in one message. Calls that were not made have the last one's problem."""
        answers = self.ask([tuple(case) for case in cases])
        missing = answers[-1] if answers else Answer(problem=Problem.CRASHED)
        padded = [*answers, *[missing] * (len(cases) - len(answers))]
        calls = [Call(self, tuple(case), answer) for case, answer in zip(cases, padded, strict=True)]
        self.calls += calls
        return calls


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

    def result(self, status: CheckStatus, message: Text | None = None) -> CheckResult:
        return CheckResult(self.id, self.title, status, self.max_points, self.max_bonus, message)
