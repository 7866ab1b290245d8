"""The class in a terminal: a line for each person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Line

from grader.i18n import Lang, Text, msg, msgs, render
from grader.model import Grade, SubmissionStatus
from grader.report import class_summary, same_work, wording
from grader.report.exercise_lines import STYLES
from grader.report.run import Run

MAX_SAME = 5  # lines about what is the same
MIN_NAME = 10  # characters of a name


def show_class(run: Run, console: Console, lang: Lang) -> None:
    ids = tuple(one.id for one in run.course.exercises if not run.config.only or one.id in run.config.only)
    rows = [_row(grade, ids, lang) for grade in run.scores]
    blank = ("",) * len(ids)
    without = [(person, msg("handed in nothing")) for person in run.missing or ()]
    for person, what in (*without, *((person, msg("not certain what is theirs")) for person in run.doubtful)):
        rows.append(_Row(wording.clean(person.name), "", blank, blank, render(what, lang), "dim"))
    head = _Row(render(msg("participant"), lang), render(msg("score"), lang), ids, blank)
    console.print(_table(head, rows, console.width))
    for text in (*class_summary.open_texts(run), *_same(run)):
        console.print(escape(wording.clean(render(text, lang))), highlight=False)
    if (exposure := wording.exposure(run.scores)) is not None:
        console.print(render(exposure, lang), style="bold yellow", markup=False, highlight=False)


def _same(run: Run) -> Iterator[Text]:
    """What some people have the same, the first few of it."""
    found = run.same
    for same in found[:MAX_SAME]:
        yield msg("{what}: {who}", what=same.text, who=same_work.names(same, run))
    more = len(found) - MAX_SAME
    if more > 0:
        yield msgs("and {n} more: --report xlsx=FILE", "and {n} more: --report xlsx=FILE", more)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the class table.

    Attributes:
        name: The participant.
        total: The score.
        points: The points in each exercise.
        styles: The styles of these.
        status: What there is to say instead of a score.
        style: That of the whole row.
    """

    name: str
    total: str
    points: tuple[str, ...]
    styles: tuple[str, ...]
    status: str = ""
    style: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """All but the name."""
        return (self.total, *self.points, self.status)


def _row(grade: Grade, ids: Sequence[str], lang: Lang) -> _Row:
    by_id = {exercise.id: exercise for exercise in grade.exercises}
    exercises = [by_id.get(id) for id in ids]
    points = tuple(wording.points(one, lang) if one else "" for one in exercises)
    styles = tuple(STYLES[one.status] if one else "" for one in exercises)
    status = "" if grade.status is SubmissionStatus.GRADED else render(wording.STATUSES[grade.status], lang)
    return _Row(wording.clean(grade.notebook.participant), wording.total(grade, lang), points, styles, status)


def _table(head: _Row, rows: Sequence[_Row], width: int) -> Table:
    """Names fold, numbers don't: where there is no room for those of the exercises, they are left out."""
    widths = [max(map(len, column)) for column in zip(*(row.cells for row in [head, *rows]), strict=True)]
    fits = MIN_NAME + sum(column + 1 for column in widths) <= width
    table = Table(box=None, pad_edge=False)
    table.add_column(head.name, overflow="fold")
    for title in (head.total, *(head.points if fits else ())):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("")
    for row in rows:
        marks = [Line(text, style) for text, style in zip(row.points, row.styles, strict=True)] if fits else []
        table.add_row(escape(row.name), row.total, *marks, row.status, style=row.style)
    return table
