"""The dashboard of a running workshop: who has which points, the latest first, and how many passed each exercise."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Line

from grader.batch.progress import result_line
from grader.i18n import Lang, Text, msg, msgs, render
from grader.model import Grade, SubmissionStatus
from grader.output import printable
from grader.report import wording as prose
from grader.report.class_summary import handed_in
from grader.report.run import Run

FRAME_LINES = 7  # of the head, the column's names, the totals, the last message, the keys and what is between them
MAX_NAME = 30
KEYS = msg("Watching. Ctrl-C ends it.")
MIN_NAME, USUAL_NAME = 4, 16  # characters that are left of a name in any width, and beside a time
TIME = 8  # characters of a time of day
_STYLES = {"✓": "green", "~": "yellow", "✗": "red", "·": "dim", "?": "magenta", "!": "magenta"}


@dataclass(frozen=True, slots=True)
class Latest:
    """A participant's latest grade.

    Attributes:
        grade: The grade.
        at_s: When it was made, in seconds since the epoch; 0 for one of an earlier run.
    """

    grade: Grade
    at_s: float


class Feed:
    """For a pipe: a line for each grade, with the time of day."""

    def __init__(self, console: Console, lang: Lang) -> None:
        self._console, self._lang = console, lang

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def announce(self, grade: Grade) -> None:
        self._print(f"{time.strftime('%H:%M:%S')}  {result_line(grade, self._lang)}")

    def show(self, run: Run, latest: Sequence[Latest]) -> None:
        pass

    def say(self, text: Text) -> None:
        self._print(f"grade: {render(text, self._lang)}")

    def _print(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


class Screen:
    """Fills the terminal until the watching ends."""

    def __init__(self, console: Console, lang: Lang, title: str) -> None:
        self._console, self._lang, self._title = console, lang, title
        self._shown: tuple[Run, Sequence[Latest]] | None = None
        self._last: Text = ""
        self._live = Live(console=console, screen=True, refresh_per_second=2, get_renderable=self.draw)

    def __enter__(self) -> Screen:
        self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.stop()

    def announce(self, grade: Grade) -> None:
        self._last = ""

    def show(self, run: Run, latest: Sequence[Latest]) -> None:
        self._shown = run, latest
        self._live.refresh()

    def say(self, text: Text) -> None:
        self._last = text

    def draw(self) -> Group:
        """What is on the screen, in the size that it has now."""
        if self._shown is None:
            return Group()
        run, latest = self._shown
        table = draw_table(run, latest, self._console.width, self._console.height)
        head = cut_line(f"{render(handed_in(run), self._lang)}   {printable(self._title)}", "bold")
        last = cut_line(render(self._last, self._lang), "yellow")
        return Group(head, Line(""), table, Line(""), last, cut_line(render(KEYS, self._lang), "dim"))


def cut_line(text: str, style: str) -> Line:
    return Line(text, style=style, no_wrap=True, overflow="ellipsis")


Dashboard = Feed | Screen


def open_dashboard(console: Console, lang: Lang, title: str, anonymous: bool = False) -> Dashboard:
    """The kind of dashboard that fits the console; the one for a projector if it is to be `anonymous`."""
    from grader.batch.projector import Counter, Projector

    if console.is_terminal and not console.is_dumb_terminal:
        return (Projector if anonymous else Screen)(console, lang, title)
    return (Counter if anonymous else Feed)(console, lang)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the table: who, the points, a cell for each exercise, and what else there is to say."""

    name: str
    total: str
    cells: tuple[str, ...]
    status: str


def draw_table(run: Run, latest: Sequence[Latest], width: int, height: int) -> Table:
    """A row for each participant, as many as fit the height. The last row says how many passed each exercise.

    The score and the exercises are whole; names and what stands on the right are shortened where the width needs it.
    """
    rows = _rows(run, latest, max(1, height - FRAME_LINES))
    if not _fits(rows, width, gap=2):
        rows[-1] = replace(rows[-1], cells=tuple(cell.partition("/")[0] for cell in rows[-1].cells))
    gap = 2 if _fits(rows, width, gap=2) else 1
    names, statuses = _shorten(rows, width, gap)
    head, *middle, foot = rows
    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), show_footer=True)
    table.add_column(_cut(head.name, names), footer=_cut(foot.name, names), width=names, no_wrap=True)
    table.add_column(head.total, justify="right", footer=foot.total, width=_widest(rows, "total"), no_wrap=True)
    for id, footer, widest in zip(head.cells, foot.cells, _cell_widths(rows), strict=True):
        table.add_column(id, justify="center", footer=footer, width=widest, no_wrap=True)
    if statuses:
        table.add_column("", width=statuses, no_wrap=True)
    for row in middle:
        marks = (f"[{_STYLES[mark]}]{mark}[/]" if mark else "" for mark in row.cells)
        status = (escape(_cut(row.status, statuses)),) if statuses else ()
        table.add_row(escape(_cut(row.name, names)), row.total, *marks, *status)
    return table


def _rows(run: Run, latest: Sequence[Latest], room: int) -> list[_Row]:
    """The names of the columns, the latest, and the totals."""
    ids, lang = [exercise.id for exercise in run.exercises], run.lang
    shown = sorted(latest, key=lambda one: -one.at_s)[:room]
    head = _Row(render(msg("participant"), lang), render(msg("score"), lang), tuple(ids), "")
    passed = tuple(_passed(run, id) for id in ids)
    foot = _Row(_rest(len(latest) - room, lang), render(msg("passed"), lang), passed, "")
    return [head, *(_row(one, ids, lang) for one in shown), foot]


def _fits(rows: Sequence[_Row], width: int, gap: int) -> bool:
    """Whether names, and the time of day on the right, need not be shortened."""
    names, statuses = min(MAX_NAME, _widest(rows, "name")), min(TIME, _widest(rows, "status"))
    return names + statuses <= _left(rows, width, gap)


def _shorten(rows: Sequence[_Row], width: int, gap: int) -> tuple[int, int]:
    """The widths of the names and of what stands on the right, which is left out where there is no room for it."""
    left, names = _left(rows, width, gap), min(MAX_NAME, _widest(rows, "name"))
    statuses = min(_widest(rows, "status"), max(left - names, TIME))
    if left - statuses < min(names, USUAL_NAME):
        statuses = 0
    return max(MIN_NAME, min(names, left - statuses)), statuses


def _left(rows: Sequence[_Row], width: int, gap: int) -> int:
    """What is left of the width beside the score and the exercises. The gap after the last column counts: Rich before
    14.3 wants room for it."""
    return width - _widest(rows, "total") - sum(_cell_widths(rows)) - gap * (3 + len(rows[0].cells))


def _cell_widths(rows: Sequence[_Row]) -> list[int]:
    return [max(cell_len(row.cells[place]) for row in rows) for place in range(len(rows[0].cells))]


def _widest(rows: Sequence[_Row], column: str) -> int:
    return max(cell_len(getattr(row, column)) for row in rows)


def _cut(text: str, width: int) -> str:
    """The text in so many columns of the terminal, with … where some of it is left out."""
    line = Line(text)
    line.truncate(width, overflow="ellipsis")
    return line.plain


def _rest(more: int, lang: Lang) -> str:
    return render(msgs("and {n} more", "and {n} more", more), lang) if more > 0 else ""


def _passed(run: Run, id: str) -> str:
    found = [one.status.done for grade in run.scores for one in grade.exercises if one.id == id]
    return f"{sum(found)}/{len(found)}"


def _row(one: Latest, ids: Sequence[str], lang: Lang) -> _Row:
    grade = one.grade
    marks = {exercise.id: prose.MARKS[exercise.status] for exercise in grade.exercises}
    at = time.strftime("%H:%M:%S", time.localtime(one.at_s)) if one.at_s else ""
    status = "" if grade.status is SubmissionStatus.GRADED else render(prose.STATUSES[grade.status], lang)
    return _Row(
        printable(grade.notebook.participant),
        prose.total(grade, lang),
        tuple(marks.get(id, "") for id in ids),
        "  ".join(filter(None, (status, at))),
    )
