"""Texts that several reports share: what an exercise earned, and why not more."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from grader import __version__
from grader.i18n import Lang, Message, Text, msg, msgs, number, pieces
from grader.kernel import pythons
from grader.lacking import all_needs
from grader.lacking import needs as needs_text
from grader.model import (
    CellResult,
    CellStatus,
    ExerciseResult,
    ExerciseStatus,
    Grade,
    SubmissionStatus,
)
from grader.output import printable
from grader.report import by_hand

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
    ExerciseStatus.BY_HAND: "?",
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


def remarks(exercise: ExerciseResult) -> tuple[Text, ...]:
    """What a report says about an exercise as a whole."""
    if exercise.status is ExerciseStatus.MISSING and not exercise.notes:
        return (msg("There is no function {function}.", function=exercise.function),)
    if exercise.status is ExerciseStatus.GRADER_FAULT:
        return (GRADER_FAULT, *exercise.notes)
    return (*_not_judged(exercise), *by_hand.remarks(exercise), *exercise.notes)


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
    """ "Score: 12 of 16 points, bonus 1 of 4, 2 points ungraded: needs Python 3.12". Where a person has not graded all,
    it says that it is provisional."""
    text = msg("Score: {score} of {max} points", score=grade.score, max=grade.judged_max_score)
    if grade.max_bonus:
        text = msg("{score}, bonus {bonus} of {max}", score=text, bonus=grade.bonus, max=grade.judged_max_bonus)
    rest, provisional = ungraded(grade), by_hand.provisional(grade)
    text = msg("{score}, {ungraded}", score=text, ungraded=rest) if rest else text
    return msg("{score}, {provisional}", score=text, provisional=provisional) if provisional else text


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
    """ "12/16 ?2 +1": the points out of what has a verdict, what has none yet, and the bonus."""
    left, bonus = grade.open_points, grade.bonus
    text = f"{number(grade.score, lang)}/{number(grade.max_score - left, lang)}"
    if left or grade.needs:
        text += f" ?{number(left, lang)}"
    return f"{text} +{number(bonus, lang)}" if bonus else text


def points(exercise: ExerciseResult, lang: Lang) -> str:
    """ "1/2 +0/1": the points, then the bonus where there is one; "?/2" where nothing could be judged."""
    parts = []
    if exercise.max_points:
        got = earned(exercise.points, exercise.open_points, lang)
        parts.append(f"{got}/{number(exercise.max_points, lang)}")
    if exercise.max_bonus:
        got = earned(exercise.bonus, exercise.ungraded_bonus, lang)
        parts.append(f"+{got}/{number(exercise.max_bonus, lang)}")
    return " ".join(parts)


def earned(got: float, ungraded: float, lang: Lang) -> str:
    """ "1", "?" where there is no verdict, "1+?" where a part has none."""
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
