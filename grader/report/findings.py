"""What is wrong in an exercise, each reason once, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.i18n import Lang, Message, Text, msg, render
from grader.judging.comparison import WRONG_VALUE
from grader.model import CheckResult, CheckStatus, Diagnosis, ExerciseResult, ExerciseStatus
from grader.report import by_hand, wording
from grader.report.wording import clean

_WITHOUT_FINDINGS = frozenset({ExerciseStatus.MISSING, ExerciseStatus.SUPERSEDED, ExerciseStatus.NOT_RUN})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong in an exercise.

    Attributes:
        check: The check that shows it best.
        same: The other checks that fail for the same reason.
    """

    check: CheckResult
    same: tuple[CheckResult, ...] = ()

    @property
    def texts(self) -> tuple[Text, ...]:
        """What happened, and what the mistake looks like.

        How the value differs is left out where both values are shown or the mistake is known, unless they look alike.
        """
        check, diagnosis = self.check, self.check.diagnosis
        named = diagnosis is not None and not diagnosis.probable
        alike = check.expected is not None and check.expected == check.actual
        plain = check.expected is not None and ((named and not alike) or check.message == WRONG_VALUE)
        message = () if plain or check.message is None else (check.message,)
        error = (check.actual,) if check.status is CheckStatus.ERROR and check.actual else ()
        return (*message, *error, *(_hints(diagnosis) if diagnosis else ()))

    @property
    def values(self) -> tuple[tuple[Message, str], ...]:
        """The expected value and the actual one, each with its label."""
        actual = None if self.check.status is CheckStatus.ERROR else self.check.actual
        both = ((msg("expected"), self.check.expected), (msg("you got"), actual))
        return tuple((label, value) for label, value in both if value is not None)

    @property
    def paste(self) -> tuple[Text, ...]:
        """What to heed where the call is pasted, if there is anything."""
        return (self.check.paste,) if self.check.paste is not None and self.check.input else ()

    @property
    def worked(self) -> tuple[str, ...]:
        """The call worked out: a line of code a step."""
        return tuple(clean(step) for step in self.check.worked if isinstance(step, str))

    @property
    def compared(self) -> tuple[Text, ...]:
        """What there is to say about the steps in words."""
        return tuple(text for text in self.check.worked if not isinstance(text, str))


def findings(exercise: ExerciseResult) -> Iterator[Finding]:
    """Each reason why checks did not pass, once. There is none for an exercise that is missing or superseded."""
    left = [check for check in exercise.checks if not (_is_good(check) or is_left_out(check))]
    while left and exercise.status not in _WITHOUT_FINDINGS:
        first, *rest = left
        same = [check for check in rest if _is_named(first) or _same_cause(first, check)]
        left = [check for check in rest if check not in same]
        if first.status is not CheckStatus.NOT_RUN or first.message is not None:
            yield Finding(first, tuple(same))


def _is_good(check: CheckResult) -> bool:
    return check.by_hand or check.status in (CheckStatus.PASSED, CheckStatus.UNGRADED)


def is_left_out(check: CheckResult) -> bool:
    """Whether a check is not spoken of: one for a bonus, while the exercise is not right yet."""
    return check.status is CheckStatus.NOT_RUN and check.message is None and not check.max_points


def _is_named(check: CheckResult) -> bool:
    return check.diagnosis is not None and check.status is CheckStatus.FAILED


def _hints(diagnosis: Diagnosis) -> tuple[Text, ...]:
    if not diagnosis.steps:
        return (diagnosis.hint,)
    numbered = (msg("{number}. {hint}", number=at, hint=hint) for at, hint in enumerate(diagnosis.steps, start=1))
    return (msg("These are two mistakes at once, and each hint is about one of them:"), *numbered)


def _same_cause(one: CheckResult, other: CheckResult) -> bool:
    """Whether two checks fail for the same reason. Wrong values are taken as one: the first input is the simplest."""
    if one.status in (CheckStatus.TIMED_OUT, CheckStatus.CRASHED) and other.status is CheckStatus.NOT_RUN:
        return True  # after two such calls no more are made
    if _is_wrong_value(one):
        return _is_wrong_value(other) and other.diagnosis is None
    return (one.status, one.message) == (other.status, other.message)


def _is_wrong_value(check: CheckResult) -> bool:
    return check.status is CheckStatus.FAILED and check.expected is not None and check.actual != "None"


def explain(exercise: ExerciseResult, lang: Lang) -> list[str]:
    """Lines of plain text: the remarks, then each finding. No character in them controls a terminal."""
    return [*(clean(render(remark, lang)) for remark in wording.remarks(exercise)), *explain_findings(exercise, lang)]


def explain_findings(exercise: ExerciseResult, lang: Lang) -> list[str]:
    """Lines of plain text: each finding, with the titles of its checks."""
    lines = []
    for finding in findings(exercise):
        lines += [clean(render(by_hand.failed_title(check), lang)) for check in (finding.check, *finding.same)]
        lines += explain_finding(finding, lang)
    return lines


def explain_finding(finding: Finding, lang: Lang) -> list[str]:
    """Lines of plain text: what happened, the call that shows it, the values."""
    lines = [f"  {clean(render(text, lang))}" for text in finding.texts]
    if finding.check.input:
        lines.append(f"    {clean(finding.check.input)}")
    lines += [f"    {render(label, lang)}: {clean(value)}" for label, value in finding.values]
    lines += [f"  {clean(render(text, lang))}" for text in finding.paste]
    if finding.worked:
        lines += [f"  {render(wording.WORKED, lang)}", *(f"    {step}" for step in finding.worked)]
    return [*lines, *(f"  {clean(render(text, lang))}" for text in finding.compared)]
