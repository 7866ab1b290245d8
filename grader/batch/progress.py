"""How far a run has got, on the standard error: a bar on a terminal, a line for each submission in a pipe."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol

from rich.console import Console, Group
from rich.text import Text as Line

from grader.i18n import Lang, msg, number, render
from grader.model import Grade, SubmissionStatus
from grader.output import printable
from grader.report import wording as prose

LAST_RESULTS = 5
MAX_NAMES = 4


class Progress(Protocol):
    """Hears of every grade as soon as it is there. Use it as a context manager."""

    def __enter__(self) -> Progress: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, place: int, grade: Grade) -> None:
        """`place` counts the submissions of the run from 0."""


class Silent:
    """Shows nothing, for a single submission."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def show(self, place: int, grade: Grade) -> None:
        pass


class Lines:
    """A line for each grade."""

    def __init__(self, console: Console, lang: Lang, names: Sequence[str], waiting: Sequence[int]) -> None:
        """`names` of all participants; `waiting`: the places of those who are not graded yet."""
        self._console, self._lang, self._total = console, lang, len(names)
        self._count = len(names) - len(waiting)

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def show(self, place: int, grade: Grade) -> None:
        self._count += 1
        text = f"{self._count:>{len(str(self._total))}}/{self._total}  {result_line(grade, self._lang)}"
        self._console.file.write(f"{text}\n")  # plain, as it is: Rich takes a third of a millisecond for it
        self._console.file.flush()


class Bar:
    """A bar, the rate, the time that is left, whose grades come next, and the last ones."""

    def __init__(
        self, console: Console, lang: Lang, names: Sequence[str], waiting: Sequence[int], at_once: int
    ) -> None:
        from rich import progress  # here, for it takes long to load and a single notebook needs none of it
        from rich.live import Live

        self._lang, self._names, self._at_once = lang, names, at_once
        self._waiting = list(waiting)
        self._last: deque[Line] = deque(maxlen=LAST_RESULTS)
        self._started_s, self._done = time.monotonic(), 0
        self._bar = progress.Progress(
            progress.BarColumn(bar_width=None),
            progress.MofNCompleteColumn(),
            progress.TaskProgressColumn(),
            progress.TextColumn("{task.fields[rate]}"),
            progress.TimeRemainingColumn(compact=True),
            progress.TextColumn(render(msg("left"), lang)),
            console=console,
            expand=True,
        )
        kept = len(names) - len(waiting)
        self._task = self._bar.add_task("", total=len(names), completed=kept, rate="")
        self._live = Live(console=console, refresh_per_second=4, transient=True, get_renderable=self.draw)

    def __enter__(self) -> Bar:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, place: int, grade: Grade) -> None:
        self._waiting.remove(place)
        self._done += 1
        self._last.append(Line(result_line(grade, self._lang), style=_style(grade), overflow="ellipsis", no_wrap=True))
        each_s = (time.monotonic() - self._started_s) / self._done
        rate = render(msg("{number}/s", number=round(1 / each_s, 1)), self._lang) if each_s else ""
        self._bar.update(self._task, advance=1, rate=rate)

    def draw(self) -> Group:
        """The bar and what is around it: the first who have no grade yet. Work begins in order, but some make way."""
        first = [printable(self._names[place]) for place in self._waiting[: min(self._at_once, MAX_NAMES)]]
        text = render(msg("waiting for: {names}", names=", ".join(first)), self._lang) if first else ""
        return Group(*self._last, self._bar, Line(text, style="dim", overflow="ellipsis", no_wrap=True))


def choose_progress(
    console: Console, lang: Lang, names: Sequence[str], waiting: Sequence[int], at_once: int
) -> Progress:
    """The kind of progress that fits the number of submissions and the console. `at_once`: how many are graded at the
    same time."""
    if len(names) <= 1 or not waiting:
        return Silent()
    if console.is_terminal and not console.is_dumb_terminal:
        return Bar(console, lang, names, waiting, at_once)
    return Lines(console, lang, names, waiting)


def result_line(grade: Grade, lang: Lang) -> str:
    """ "Anna Kot  14/18 +2  0.8 s"."""
    seconds = f"{number(round(grade.duration_s, 1), lang)} s"
    status = "" if grade.status is SubmissionStatus.GRADED else f"  {render(prose.STATUSES[grade.status], lang)}"
    return f"{printable(grade.notebook.participant)}  {prose.total(grade, lang)}  {seconds}{status}"


def _style(grade: Grade) -> str:
    if grade.status is not SubmissionStatus.GRADED or grade.faulted or grade.needs:
        return "magenta"
    return "green" if grade.reached(100) else "yellow"
