"""The dashboard of a running workshop: who has which points, the latest first, and how many passed each exercise."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

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
from grader.report.run import Run

FRAME_LINES = 7
MAX_NAME = 30
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
        self._live = Live(console=console, screen=True, auto_refresh=False)
        self._last: Text = ""

    def __enter__(self) -> Screen:
        self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.stop()

    def announce(self, grade: Grade) -> None:
        pass

    def show(self, run: Run, latest: Sequence[Latest]) -> None:
        table = draw_table(run, latest, self._console.height)
        head = Line(f"{printable(self._title)}   {render(summary(run), self._lang)}", style="bold", no_wrap=True)
        foot = Line(render(msg("Watching. Ctrl-C ends it."), self._lang), style="dim", no_wrap=True)
        last = Line(render(self._last, self._lang), style="yellow", no_wrap=True, overflow="ellipsis")
        self._live.update(Group(head, Line(""), table, Line(""), last, foot), refresh=True)
        self._last = ""

    def say(self, text: Text) -> None:
        self._last = text


Dashboard = Feed | Screen


def open_dashboard(console: Console, lang: Lang, title: str) -> Dashboard:
    """The kind of dashboard that fits the console."""
    if console.is_terminal and not console.is_dumb_terminal:
        return Screen(console, lang, title)
    return Feed(console, lang)


def summary(run: Run) -> Text:
    """How many have handed in, and how many of them have all points."""
    done = sum(grade.reached(100) and not grade.needs for grade in run.grades)
    return msgs(
        "{n} handed in, everything right: {done}", "{n} handed in, everything right: {done}", len(run.grades), done=done
    )


def draw_table(run: Run, latest: Sequence[Latest], height: int) -> Table:
    """A row for each participant, as many as fit the height. The last row says how many passed each exercise."""
    lang = run.lang
    table = Table(box=None, pad_edge=False, show_footer=True)
    table.add_column(render(msg("participant"), lang), footer=_rest(len(latest), height, lang), no_wrap=True)
    table.add_column(render(msg("score"), lang), justify="right", footer=render(msg("passed"), lang))
    for exercise in _chosen(run):
        table.add_column(exercise, justify="center", footer=_passed(run, exercise))
    table.add_column("", footer="", no_wrap=True)
    for one in sorted(latest, key=lambda one: -one.at_s)[: max(1, height - FRAME_LINES)]:
        table.add_row(*_row(one, lang))
    return table


def _chosen(run: Run) -> list[str]:
    return [one.id for one in run.course.exercises if not run.config.only or one.id in run.config.only]


def _rest(count: int, height: int, lang: Lang) -> str:
    more = count - max(1, height - FRAME_LINES)
    return render(msgs("and {n} more", "and {n} more", more), lang) if more > 0 else ""


def _passed(run: Run, id: str) -> str:
    found = [one.status.done for grade in run.grades for one in grade.exercises if one.id == id]
    return f"{sum(found)}/{len(found)}"


def _row(one: Latest, lang: Lang) -> list[str]:
    grade = one.grade
    name = printable(grade.notebook.participant)
    marks = [prose.MARKS[exercise.status] for exercise in grade.exercises]
    at = time.strftime("%H:%M:%S", time.localtime(one.at_s)) if one.at_s else ""
    status = "" if grade.status is SubmissionStatus.GRADED else render(prose.STATUSES[grade.status], lang)
    return [
        escape(name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"),
        prose.total(grade, lang),
        *(f"[{_STYLES[mark]}]{mark}[/]" for mark in marks),
        "  ".join(filter(None, (at, status))),
    ]
