"""The words that several reports share: what an exercise earned, and why not more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.i18n import Lang, Message, Text, msg, number, render
from grader.model import (
    CellResult,
    CellStatus,
    CheckResult,
    CheckStatus,
    ExerciseResult,
    ExerciseStatus,
    Grade,
    SubmissionStatus,
)

MAX_TEXT = 1_000
MARKS: Mapping[ExerciseStatus, str] = {
    ExerciseStatus.PASSED: "✓",
    ExerciseStatus.SUPERSEDED: "✓",
    ExerciseStatus.PARTIAL: "~",
    ExerciseStatus.FAILED: "✗",
    ExerciseStatus.MISSING: "·",
    ExerciseStatus.NOT_RUN: "·",
    ExerciseStatus.GRADER_FAULT: "!",
}
STATUSES: Mapping[SubmissionStatus, Message] = {
    SubmissionStatus.GRADED: msg("graded"),
    SubmissionStatus.UNREADABLE: msg("unreadable"),
    SubmissionStatus.NO_EXERCISES: msg("no exercises"),
    SubmissionStatus.GRADER_FAULT: msg("fault of the grader"),
}
GRADER_FAULT = msg("The grader itself broke: the score may be too low, and that is not your fault. Tell your trainer.")
_UNTOLD = frozenset({ExerciseStatus.MISSING, ExerciseStatus.SUPERSEDED, ExerciseStatus.NOT_RUN})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: the check that shows it best, and the others that fail for the same reason."""

    check: CheckResult
    same: tuple[CheckResult, ...] = ()

    @property
    def texts(self) -> tuple[Text, ...]:
        """What happened, and what the mistake looks like."""
        hint = self.check.diagnosis.hint if self.check.diagnosis else None
        return tuple(text for text in (self.check.message, hint) if text is not None)

    @property
    def values(self) -> tuple[tuple[Message, str], ...]:
        """The expected value and the one that came, each with its label."""
        both = ((msg("expected"), self.check.expected), (msg("you got"), self.check.actual))
        return tuple((label, value) for label, value in both if value is not None)


def findings(exercise: ExerciseResult) -> Iterator[Finding]:
    """Each reason why checks did not pass, once. None for an exercise that is missing or was done on the way."""
    left = [check for check in exercise.checks if check.status is not CheckStatus.PASSED]
    while left and exercise.status not in _UNTOLD:
        first, *rest = left
        same = [check for check in rest if first.diagnosis or _same_cause(first, check)]
        left = [check for check in rest if check not in same]
        yield Finding(first, tuple(same))


def _same_cause(one: CheckResult, other: CheckResult) -> bool:
    """An error is the same whatever the input; a wrong value is a matter of its own in each check."""
    if one.status is CheckStatus.FAILED and one.expected is not None and one.actual != "None":
        return False
    return (one.status, one.message) == (other.status, other.message)


def remarks(exercise: ExerciseResult) -> tuple[Text, ...]:
    """What is to be said of an exercise as a whole."""
    if exercise.status is ExerciseStatus.MISSING and not exercise.notes:
        return (msg("There is no function {function}.", function=exercise.function),)
    if exercise.status is ExerciseStatus.GRADER_FAULT:
        return (GRADER_FAULT, *exercise.notes)
    return exercise.notes


def score(grade: Grade) -> Message:
    """ "Score: 12 of 18 points, bonus 1 of 4"."""
    points = msg("Score: {score} of {max} points", score=grade.score, max=grade.max_score)
    if not grade.max_bonus:
        return points
    return msg("{score}, bonus {bonus} of {max}", score=points, bonus=grade.bonus, max=grade.max_bonus)


def points(exercise: ExerciseResult, lang: Lang) -> str:
    """ "1/2 +0/1": the points, then the bonus where there is one."""
    parts = []
    if exercise.max_points:
        parts.append(f"{number(exercise.points, lang)}/{number(exercise.max_points, lang)}")
    if exercise.max_bonus:
        parts.append(f"+{number(exercise.bonus, lang)}/{number(exercise.max_bonus, lang)}")
    return " ".join(parts)


def reasons(grade: Grade) -> tuple[Text, ...]:
    """Why there is no score, or why it may be too low; empty for a submission that was simply graded."""
    if grade.status is SubmissionStatus.GRADER_FAULT:
        return (GRADER_FAULT, *grade.notes)
    if grade.status is not SubmissionStatus.GRADED:
        return grade.notes
    return (GRADER_FAULT,) if grade.faulted else ()


def broken(grade: Grade) -> list[CellResult]:
    return [cell for cell in grade.cells if cell.status is not CellStatus.OK]


def cell_text(cell: CellResult) -> Message:
    """What became of a cell that did not run to its end."""
    number = cell.index + 1
    if cell.status is CellStatus.TIMED_OUT:
        return msg("Cell {cell} took too long and was stopped.", cell=number)
    if cell.status is CellStatus.CRASHED:
        return msg("Cell {cell} ended the whole Python process.", cell=number)
    if cell.status is CellStatus.SKIPPED:
        return msg("Cell {cell} was skipped.", cell=number)
    return msg("Cell {cell}: {error}", cell=number, error=cell.error or "")


def explained(exercise: ExerciseResult, lang: Lang) -> list[str]:
    """Lines of plain text: the remarks, then each finding."""
    return [*(clean(render(remark, lang)) for remark in remarks(exercise)), *found(exercise, lang)]


def found(exercise: ExerciseResult, lang: Lang) -> list[str]:
    """Lines of plain text: each finding, with the titles of its checks. No character in them controls a terminal."""
    lines = []
    for finding in findings(exercise):
        lines += [f"✗ {clean(render(check.title, lang))}" for check in (finding.check, *finding.same)]
        lines += told(finding, lang)
    return lines


def told(finding: Finding, lang: Lang) -> list[str]:
    """Lines of plain text: what happened, the call that shows it, the values."""
    lines = [f"  {clean(render(text, lang))}" for text in finding.texts]
    if finding.check.input:
        lines.append(f"    {clean(finding.check.input)}")
    return [*lines, *(f"    {render(label, lang)}: {clean(value)}" for label, value in finding.values)]


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """On one line, without control characters, cut to a length that a person reads."""
    text = text[: limit + 1]
    text = "".join(character if character.isprintable() else _stand_in(character) for character in text)
    return text if len(text) <= limit else text[:limit] + "…"


def _stand_in(character: str) -> str:
    return " " if character in "\n\t" else "\N{REPLACEMENT CHARACTER}"
