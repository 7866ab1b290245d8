"""The class in a terminal: a line for each person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markup import escape
from rich.segment import Segment
from rich.table import Table
from rich.text import Text as Line

from grader.i18n import Lang, Text, msg, msgs, render
from grader.model import ExerciseResult, Grade, SubmissionStatus
from grader.report import class_summary, same_work, wording
from grader.report.exercise_lines import STYLES
from grader.report.run import Run

MAX_SAME = 5  # lines about what is the same
AT_ONCE = 200  # rows
MIN_NAME = 10  # characters of a name


def show_class(run: Run, console: Console, lang: Lang) -> None:
    ids = tuple(one.id for one in run.course.exercises if not run.config.only or one.id in run.config.only)
    points = lru_cache(partial(wording.points, lang=lang))  # most people have the same results
    rows = [_row(grade, ids, lang, points) for grade in run.scores]
    blank = ("",) * len(ids)
    without = [(person, msg("handed in nothing")) for person in run.missing or ()]
    for person, what in (*without, *((person, msg("not certain what is theirs")) for person in run.doubtful)):
        rows.append(_Row(wording.clean(person.name), "", blank, blank, render(what, lang), "dim"))
    head = _Row(render(msg("participant"), lang), render(msg("score"), lang), ids, blank)
    table = _ClassTable(head, rows)
    for part in table.parts(console):
        console.print(part)
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


def _row(grade: Grade, ids: Sequence[str], lang: Lang, show: Callable[[ExerciseResult], str]) -> _Row:
    by_id = {exercise.id: exercise for exercise in grade.exercises}
    exercises = [by_id.get(id) for id in ids]
    points = tuple(show(one) if one else "" for one in exercises)
    styles = tuple(STYLES[one.status] if one else "" for one in exercises)
    status = "" if grade.status is SubmissionStatus.GRADED else render(wording.STATUSES[grade.status], lang)
    return _Row(wording.clean(grade.notebook.participant), wording.total(grade, lang), points, styles, status)


class _ClassTable:
    """A line for each row, as Rich's table writes it. Rich takes half a millisecond for a row, so it is asked only for
    the widths, and for the rows whose names fold."""

    def __init__(self, head: _Row, rows: Sequence[_Row]) -> None:
        self._head, self._rows = head, rows

    def parts(self, console: Console) -> Iterator[RenderableType]:
        """What to print, one after another: Rich holds in memory whatever it prints at once."""
        fits = self._has_room(console.width)
        telling = _widest(self._rows)
        widths = _table(self._head, telling, fits)._calculate_column_widths(console, console.options)
        rooms = _rooms(widths)
        if any(cell_len(cell) > room for row in telling for cell, room in _beside_names(row, rooms, fits)):
            yield _table(self._head, self._rows, fits)
            return
        yield _table(self._head, [], fits, widths)
        for start in range(0, len(self._rows), AT_ONCE):
            yield _Lines(self._rows[start : start + AT_ONCE], fits, widths)

    def _has_room(self, width: int) -> bool:
        """Names fold, numbers don't: where there is no room for those of the exercises, they are left out."""
        widths = [
            max(map(len, column)) for column in zip(*(row.cells for row in [self._head, *self._rows]), strict=True)
        ]
        return MIN_NAME + sum(column + 1 for column in widths) <= width


@dataclass(frozen=True, slots=True)
class _Lines:
    """Some of the rows, in columns of these widths."""

    rows: Sequence[_Row]
    fits: bool
    widths: Sequence[int]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rooms = _rooms(self.widths)
        for row in self.rows:
            cells = (row.name, row.total, *(row.points if self.fits else ()), row.status)
            if cell_len(row.name) <= rooms[0] and not any(sign in row.name for sign in ":\n"):
                yield from _line(cells, row, rooms, console)
            else:
                yield from console.render(_table(None, [row], self.fits, self.widths), options)


def _widest(rows: Sequence[_Row]) -> list[_Row]:
    """The rows that the widths of all columns rest on: those with the longest cells, and the longest words."""
    if not rows:
        return []
    columns = range(len(rows[0].cells))
    words = ((lambda row: _longest(row.name)), (lambda row: _longest(row.status)))
    keys = [lambda row: cell_len(row.name), *words, *(lambda row, at=at: cell_len(row.cells[at]) for at in columns)]
    return [max(rows, key=key) for key in keys]


def _longest(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


def _rooms(widths: Sequence[int]) -> list[int]:
    """What Rich leaves of each column's width: there is a blank on each side, but none at the edges."""
    last = len(widths) - 1
    return [width - (place > 0) - (place < last) for place, width in enumerate(widths)]


def _beside_names(row: _Row, rooms: Sequence[int], fits: bool) -> Iterator[tuple[str, int]]:
    return zip((row.total, *(row.points if fits else ()), row.status), rooms[1:], strict=True)


def _line(cells: Sequence[str], row: _Row, rooms: Sequence[int], console: Console) -> Iterator[Segment]:
    of_row, last = console.get_style(row.style), len(cells) - 1
    styles = ("", "", *row.styles[: last - 2], "")
    for place, (cell, style, room) in enumerate(zip(cells, styles, rooms, strict=True)):
        blank = " " * (room - cell_len(cell))
        yield Segment(" " * (place > 0) + (blank if 0 < place < last else ""), of_row)
        yield Segment(cell, of_row + console.get_style(style) if style else of_row)
        yield Segment(("" if 0 < place < last else blank) + " " * (place < last), of_row)
    yield Segment.line()


def _table(head: _Row | None, rows: Sequence[_Row], fits: bool, widths: Sequence[int] = ()) -> Table:
    """The table in Rich's words. `fits`: whether it shows each exercise. `widths`: of the columns, if known."""
    about = head or rows[0]
    titles = (about.name, about.total, *(about.points if fits else ()), "")
    table = Table(box=None, pad_edge=False, show_header=head is not None)
    table.add_column(titles[0], overflow="fold")
    for title in titles[1:-1]:
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("")
    for place, width in enumerate(widths):  # older releases of Rich count blanks at the edges that they don't write
        table.columns[place].width = width - table._get_padding_width(place)
    for row in rows:
        marks = [Line(text, style) for text, style in zip(row.points, row.styles, strict=True)] if fits else []
        table.add_row(escape(row.name), row.total, *marks, row.status, style=row.style)
    return table
