"""From what a hidden test raised to the verdict of its check."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from functools import partial

import pytest

from grader.course.own_time import TooLong
from grader.i18n import Text, msg
from grader.judging.describe import error_text, show
from grader.judging.handles import Misuse
from grader.judging.kernel_errors import NotebookError
from grader.judging.stand_in import Check
from grader.judging.subject import Subject
from grader.judging.verdicts import Failed, Missing, where
from grader.kernel.session import Unsendable
from grader.model import CheckResult, CheckStatus

MAX_SHOWN = 1_000  # characters of an answer that can't be judged


def is_interrupt(error: BaseException) -> bool:
    """Whether it is the user's Ctrl-C, which comes to the main thread alone."""
    return isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread()


def is_unexpected(outcome: BaseException | None) -> bool:
    """Whether it is neither a verdict nor the notebook's own exception: the test itself went wrong, or met an answer of
    another kind than it can deal with."""
    return isinstance(outcome, Exception | Misuse | TooLong) and not isinstance(
        outcome, Missing | AssertionError | NotebookError
    )


def verdict(check: Check, outcome: BaseException | None, subject: Subject, duration_s: float) -> CheckResult:
    """What a test's end means for the check."""
    result = partial(check.result, duration_s=duration_s)
    if outcome is None:
        return result(CheckStatus.PASSED, remarks=subject.remarks)
    if isinstance(outcome, Failed):
        shown = {"input": outcome.input, "expected": outcome.expected, "actual": outcome.actual}
        return result(outcome.status, outcome.message, share=outcome.share, **shown)
    if isinstance(outcome, NotebookError):
        raised = outcome.raised
        return result(CheckStatus.ERROR, where(raised), input=outcome.path, actual=error_text(raised))
    if isinstance(outcome, AssertionError | pytest.fail.Exception):
        return _with_last(result(CheckStatus.FAILED, _in_words(outcome)), subject)
    if isinstance(outcome, pytest.skip.Exception):
        return result(CheckStatus.NOT_RUN, str(outcome))
    if isinstance(outcome, Unsendable):
        return result(CheckStatus.NOT_RUN, describe_broken(outcome))
    return result(CheckStatus.GRADER_FAULT, describe_broken(outcome))


def cannot_judge(check: Check, subject: Subject, error: BaseException | None, duration_s: float) -> CheckResult:
    """The verdict where looking at the answer broke the test, which deals with right ones. The message holds the error
    for the course's author; participants do not see it."""
    says = msg("The check could not make sense of the answer.", test_error=f"{type(error).__name__}: {error}")
    if subject.notebook is not None and subject.notebook.deeds:  # what was asked for was of another kind: its affair
        says = msg("The check could not make sense of the answer.")
    return _with_last(check.result(CheckStatus.ERROR, says, duration_s=duration_s), subject)


def lacking_in(result: CheckResult, outcome: BaseException | None, subject: Subject, before: int) -> tuple[str, ...]:
    """What is not installed here and took part in what the check failed on. `before`: how many calls came before it."""
    if result.status in (CheckStatus.PASSED, CheckStatus.NOT_RUN, CheckStatus.GRADER_FAULT):
        return ()
    if isinstance(outcome, Failed) and outcome.answer is not None:
        return outcome.answer.needs
    own = tuple(what for call in subject.calls[before:] for what in call.answer.needs)
    return (*own, *(subject.notebook.needs if subject.notebook is not None else ()))


def describe_broken(error: BaseException) -> Text:
    return msg("The hidden test itself broke: {error}", error=f"{type(error).__name__}: {error}")


def _with_last(result: CheckResult, subject: Subject) -> CheckResult:
    """With what the test looked at last. What is expected is the author's, and stays in the test."""
    try:
        if subject.calls and (subject.notebook is None or not subject.notebook.deeds):
            return replace(result, actual=show(subject.calls[-1].answer.value)[:MAX_SHOWN])
        if subject.notebook is not None and subject.notebook.deeds:
            shown = subject.notebook.last_shown
            return replace(result, input=subject.notebook.last_path, actual=shown and shown[:MAX_SHOWN])
    except Exception:  # showing it may be what broke
        return result
    return result


def _in_words(failed: BaseException) -> Text | None:
    """The message of an assert, or what pytest.raises missed. An assert's source holds what is expected, and is shown
    to nobody."""
    text = str(failed).strip()
    missed = _NOT_RAISED.match(text)
    if missed is not None:
        return msg("It should end with the exception {name}, and it does not.", name=missed[1])
    if text.startswith("Regex pattern did not match"):
        return msg("The exception is the right one, but its text is not.")
    return text.splitlines()[0] if text else None


_NOT_RAISED = re.compile(r"DID NOT RAISE (?:<class '(?:\w+\.)*)?(\w+)")
