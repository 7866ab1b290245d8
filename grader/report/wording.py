"""Texts that several reports share: what an exercise earned, and why not more."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader import __version__
from grader.i18n import Lang, Message, Text, msg, msgs, number, pieces, render
from grader.judging.comparison import WRONG_VALUE
from grader.kernel import pythons
from grader.lacking import all_needs
from grader.lacking import needs as needs_text
from grader.model import (
    CellResult,
    CellStatus,
    CheckResult,
    CheckStatus,
    Diagnosis,
    ExerciseResult,
    ExerciseStatus,
    Grade,
    SubmissionStatus,
)
from grader.output import printable

if TYPE_CHECKING:
    from grader.config import Config
    from grader.report.run import Run

MAX_TEXT = 1_000  # characters
_BLANKS = str.maketrans("\n\t", "  ")
MARKS: Mapping[ExerciseStatus, str] = {
    ExerciseStatus.PASSED: "✓",
    ExerciseStatus.SUPERSEDED: "✓",
    ExerciseStatus.PARTIAL: "~",
    ExerciseStatus.FAILED: "✗",
    ExerciseStatus.MISSING: "·",
    ExerciseStatus.NOT_RUN: "·",
    ExerciseStatus.UNGRADED: "?",
    ExerciseStatus.GRADER_FAULT: "!",
}
STATUSES: Mapping[SubmissionStatus, Message] = {
    SubmissionStatus.GRADED: msg("graded"),
    SubmissionStatus.UNREADABLE: msg("unreadable"),
    SubmissionStatus.NO_EXERCISES: msg("no exercises"),
    SubmissionStatus.GRADER_FAULT: msg("fault of the grader"),
}
GRADER_FAULT = msg("The grader itself failed: the score may be too low, and that is not your fault. Tell your trainer.")
WELL_DONE = msg("Everything works. Well done!")
CELLS_LEFT = msg("All exercises work. What is left are the cells below, which did not run to their end.")
REST_WELL_DONE = msg("All that could be judged here works.")
NOTHING_JUDGED = msg("Nothing could be judged here.")
UNGRADED = msg("What can't be judged here:")
NEXT = msg("What to do next:")
PASTE = msg(
    "Paste the call that is shown into a new cell: it should give what is expected "
    "(numpy may write np.float64(2.0) for 2)."
)
WORKED = msg("The call worked out, step by step:")
BROKEN_CELLS = msg("Cells that did not finish:")
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

        "The value is not the expected one" is left out where both values are shown or the mistake is known.
        """
        check, diagnosis = self.check, self.check.diagnosis
        named = diagnosis is not None and not diagnosis.probable
        plain = check.expected is not None and (named or check.message == WRONG_VALUE)
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
    return check.status in (CheckStatus.PASSED, CheckStatus.UNGRADED)


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


def remarks(exercise: ExerciseResult) -> tuple[Text, ...]:
    """What a report says about an exercise as a whole."""
    if exercise.status is ExerciseStatus.MISSING and not exercise.notes:
        return (msg("There is no function {function}.", function=exercise.function),)
    if exercise.status is ExerciseStatus.GRADER_FAULT:
        return (GRADER_FAULT, *exercise.notes)
    return (*_not_judged(exercise), *exercise.notes)


def _not_judged(exercise: ExerciseResult) -> tuple[Text, ...]:
    if not exercise.needs:
        return ()
    needs = all_needs(exercise.needs)
    if exercise.status is ExerciseStatus.UNGRADED and not (exercise.points or exercise.bonus):
        return (msg("It can't be judged here, which costs no points: {needs}.", needs=needs),)
    return (msg("A part of it can't be judged here, which costs no points: {needs}.", needs=needs),)


def needs(names: str) -> Message:
    """Beside the findings of an exercise that calls functions which do not work either."""
    return msg("It calls functions that do not work yet: {names}. But it has a mistake of its own too.", names=names)


def score(grade: Grade) -> Message:
    """ "Score: 12 of 16 points, bonus 1 of 4, 2 points ungraded: needs Python 3.12"."""
    text = msg("Score: {score} of {max} points", score=grade.score, max=grade.judged_max_score)
    if grade.max_bonus:
        text = msg("{score}, bonus {bonus} of {max}", score=text, bonus=grade.bonus, max=grade.judged_max_bonus)
    rest = ungraded(grade)
    return msg("{score}, {ungraded}", score=text, ungraded=rest) if rest else text


def ungraded(grade: Grade) -> Message | None:
    """ "2 points ungraded: needs Python 3.12", if there are any."""
    if not grade.needs:
        return None
    points, bonus, needs = grade.ungraded_points, grade.ungraded_bonus, all_needs(grade.needs)
    if bonus and points:
        return msg("{points} + {bonus} bonus ungraded: {needs}", points=points, bonus=bonus, needs=needs)
    if bonus:
        return msg("{bonus} bonus ungraded: {needs}", bonus=bonus, needs=needs)
    count = 1 if points == 1 else 2
    return msgs(
        "{points} point ungraded: {needs}", "{points} points ungraded: {needs}", count, points=points, needs=needs
    )


def total(grade: Grade, lang: Lang) -> str:
    """ "12/16 ?2 +1": the points out of what could be judged, what could not, and the bonus."""
    text = f"{number(grade.score, lang)}/{number(grade.judged_max_score, lang)}"
    if grade.needs:
        text += f" ?{number(grade.ungraded_points, lang)}"
    return f"{text} +{number(grade.bonus, lang)}" if grade.bonus else text


def points(exercise: ExerciseResult, lang: Lang) -> str:
    """ "1/2 +0/1": the points, then the bonus where there is one; "?/2" where nothing could be judged."""
    parts = []
    if exercise.max_points:
        got = earned(exercise.points, exercise.ungraded_points, lang)
        parts.append(f"{got}/{number(exercise.max_points, lang)}")
    if exercise.max_bonus:
        got = earned(exercise.bonus, exercise.ungraded_bonus, lang)
        parts.append(f"+{got}/{number(exercise.max_bonus, lang)}")
    return " ".join(parts)


def earned(got: float, ungraded: float, lang: Lang) -> str:
    """ "1", "?" where it could not be judged, "1+?" where a part could not."""
    if not ungraded:
        return number(got, lang)
    return f"{number(got, lang)}+?" if got else "?"


def reasons(grade: Grade) -> tuple[Text, ...]:
    """Why there is no score, or why it may be too low; empty for a submission that was graded without trouble."""
    if grade.status is SubmissionStatus.GRADER_FAULT:
        return (GRADER_FAULT, *grade.notes)
    if grade.status is not SubmissionStatus.GRADED:
        return grade.notes
    return (GRADER_FAULT,) if grade.faulted else ()


def versions(config: Config) -> Message:
    """What notebooks run on."""
    there = pythons.versions(config.python)
    return msg(
        "Notebooks run on Python {version} and numpy {numpy}; grader {grader}, {system}.",
        grader=__version__,
        version=there.python,
        numpy=there.numpy,
        system=platform.platform(),
    )


def exposure(grades: Iterable[Grade]) -> Text | None:
    """What it means that the code of one of them could read the hidden tests, where it could."""
    from grader.kernel.exposure import NOT_HIDDEN, WITHOUT_WALLS

    exposed = (WITHOUT_WALLS, NOT_HIDDEN)
    return next((note for grade in grades for note in grade.notes if note in exposed), None)


def walls(run: Run) -> Message:
    """What the participants' code was walled in by: for those who run the grader, not for those who are graded."""
    if len(run.grades) > 1:
        if run.walls:
            return msg("Walls around the participants' code: {walls}.", walls=", ".join(run.walls))
        return msg("The participants' code ran without walls: this system has none, or they were switched off.")
    if run.walls:
        return msg("Walls around your code: {walls}.", walls=", ".join(run.walls))
    return msg("Your code ran without walls: this system has none, or they were switched off.")


def broken(grade: Grade) -> list[CellResult]:
    return [cell for cell in grade.cells if cell.status is not CellStatus.OK]


def cell_text(cell: CellResult) -> Message:
    """How a cell failed."""
    number = cell.label
    if cell.needs:
        return msg("Cell {cell} can't run to its end here: {needs}.", cell=number, needs=needs_text(cell.needs))
    if cell.status is CellStatus.TIMED_OUT:
        return msg(
            "Cell {cell} took too long and was stopped. "
            "Look for a loop that never ends: in it, or in a function that it calls.",
            cell=number,
        )
    if cell.status is CellStatus.CRASHED:
        return msg("Cell {cell} ended the whole Python process.", cell=number)
    if cell.status is CellStatus.SKIPPED:
        return msg("Cell {cell} was skipped.", cell=number)
    error = cell.error or ""
    if cell.line is not None and cell.code not in error:
        return msg(
            "Cell {cell}, line {line} (`{code}`): {error}", cell=number, line=cell.line, code=cell.code, error=error
        )
    if cell.line is not None:
        return msg("Cell {cell}, line {line}: {error}", cell=number, line=cell.line, error=error)
    return msg("Cell {cell}: {error}", cell=number, error=cell.error or "")


def explain(exercise: ExerciseResult, lang: Lang) -> list[str]:
    """Lines of plain text: the remarks, then each finding. No character in them controls a terminal."""
    return [*(clean(render(remark, lang)) for remark in remarks(exercise)), *explain_findings(exercise, lang)]


def explain_findings(exercise: ExerciseResult, lang: Lang) -> list[str]:
    """Lines of plain text: each finding, with the titles of its checks."""
    lines = []
    for finding in findings(exercise):
        lines += [f"✗ {clean(render(check.title, lang))}" for check in (finding.check, *finding.same)]
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
        lines += [f"  {render(WORKED, lang)}", *(f"    {step}" for step in finding.worked)]
    return [*lines, *(f"  {clean(render(text, lang))}" for text in finding.compared)]


def spans(text: Text, lang: Lang) -> Iterator[tuple[str, bool]]:
    """The words of `text` in spans, and whether each span is code.

    All that is not ours is code, because a participant may have written it. What we put between backticks is one span.
    """
    span: list[str] | None = None
    for piece, ours in pieces(text, lang):
        first, *rest = piece.split("`") if ours else [piece]
        if span is None:
            yield first, not ours
        else:
            span.append(first)
        for part in rest:
            if span is None:
                span = [part]
            else:
                yield "".join(span), True
                yield part, False
                span = None
    if span is not None:
        yield "`" + "".join(span), False


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """The text on one line, without control characters, cut to a length that a person reads."""
    text = text[: limit + 1]
    text = printable(text.translate(_BLANKS))
    return text if len(text) <= limit else text[:limit] + "…"
