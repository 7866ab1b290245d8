"""How a check fails: the verdict, and what the report shows of it."""

from __future__ import annotations

from collections.abc import Mapping

from grader.i18n import CellRef, Text, Titles, msg
from grader.kernel.session import Answer, Problem, Raised
from grader.model import CheckStatus

MAX_PRINTED = 200  # characters of what a call printed that a report shows


class Failed(BaseException):
    """The verdict of a check that did not pass, with what the report shows. No `except Exception` of a test catches it.

    Attributes:
        status: never PASSED.
        message: what is wrong.
        input: the call as text that can be pasted into the notebook.
        expected, actual: the values, as text.
        answer: what came back from the call that shows it.
        share: how much of its worth it earns all the same, if it is PARTIAL.
    """

    def __init__(
        self,
        status: CheckStatus,
        message: Text,
        input: str | None = None,
        expected: str | None = None,
        actual: str | None = None,
        answer: Answer | None = None,
        share: float = 0.0,
    ) -> None:
        super().__init__(str(message))
        self.status, self.message = status, message
        self.input, self.expected, self.actual = input, expected, actual
        self.answer, self.share = answer, share


class Missing(Failed, AttributeError, KeyError):
    """The notebook has no such name."""

    def __init__(self, name: str) -> None:
        super().__init__(CheckStatus.FAILED, msg("There is no {name} in the notebook.", name=name))


def partly(share: float, pl: str, en: str, input: str | None, actual: str | None, answer: Answer | None) -> Failed:
    """The verdict that gives a part of the points, and says why not all. Raise ValueError for none and for all."""
    if not 0 < share < 1:
        raise ValueError(f"partly gives a part of the points: a share between 0 and 1, not {share!r}")
    return Failed(CheckStatus.PARTIAL, Titles(pl, en), input, None, actual, answer, share)


def failure_of(problem: Problem, input: str, answer: Answer | None = None) -> Failed:
    """The verdict where a call has no value."""
    status, message = _PROBLEMS[problem]
    return Failed(status, message, input, answer=answer)


def where(raised: Raised) -> Text:
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
