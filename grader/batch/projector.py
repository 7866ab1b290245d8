"""The board for a projector: large bars, an exercise each, and a mistake to talk about. Nobody's name is on it."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Group
from rich.text import Text as Line

from grader.batch.dashboard import KEYS, Feed, Latest, Screen, cut_line
from grader.i18n import Lang, Text, msg, msgs, render
from grader.model import Grade
from grader.report import projector
from grader.report.class_summary import State, Topic, handed_in
from grader.report.page.labels import STATES
from grader.report.projector import Shared, View
from grader.report.run import Run

RECENT_S = 60
MAX_BAR, MAX_TITLE = 3, 30  # lines of a bar; characters of a title
MIN_WIDTH_WITH_TITLES = 100
FRAME_LINES = 6  # of the head, the mistake, the key and the last line
_UNSAID = msg("There is a message that may hold names: without --anonymous it is shown.")
_FILLS = {
    State.PASSED: ("█", "green"),
    State.PARTIAL: ("▓", "yellow"),
    State.FAILED: ("▒", "red"),
    State.MISSING: ("░", "dim"),
    State.UNGRADED: ("?", "magenta"),
    State.BY_HAND: ("?", "magenta"),
    State.UNKNOWN: ("!", "magenta"),
}


class Counter(Feed):
    """For a pipe: how far the class is, whenever that has changed."""

    _last = ""

    def announce(self, grade: Grade) -> None:
        pass

    def show(self, run: Run, latest: Sequence[Latest]) -> None:
        text = render(handed_in(run), self._lang)
        if text != self._last:
            self._last = text
            self._print(f"{time.strftime('%H:%M:%S')}  {text}")

    def say(self, text: Text) -> None:
        self._print(f"grade: {render(_UNSAID, self._lang)}")


class Projector(Screen):
    """Fills the terminal until the watching ends."""

    def say(self, text: Text) -> None:
        super().say(_UNSAID)

    def draw(self) -> Group:
        if self._shown is None:
            return Group()
        run, latest = self._shown
        view = projector.view(run, recent(latest))
        return Group(*draw(view, self._last, self._lang, self._console.width, self._console.height))


def recent(latest: Sequence[Latest]) -> list[Grade]:
    """The grades of the last minute."""
    since_s = time.time() - RECENT_S
    return [one.grade for one in latest if one.at_s > since_s]


def draw(view: View, last: Text, lang: Lang, width: int, height: int) -> list[Line]:
    """As many lines as the terminal has. `last`: what stands above the key in the last line."""
    head = cut_line(render(view.summary, lang), "bold")
    bars = [*_bars(view, lang, width, height - FRAME_LINES)]
    mistake = [] if view.mistake is None else _mistake(view.mistake, lang, width)
    foot = [_key(view, lang, width), cut_line(render(last or KEYS, lang), "yellow" if last else "dim")]
    filled = height - 1 - len(bars) - len(mistake) - len(foot)
    return [head, *bars, *mistake, *(Line("") for _ in range(filled)), *foot]


def _bars(view: View, lang: Lang, width: int, room: int) -> Iterator[Line]:
    """A block of lines for each exercise, and an empty one at the end. The last line says how many more exercises there
    are if they don't all fit."""
    each = max(1, min(MAX_BAR + 1, room // max(1, len(view.topics))))
    fitting = view.topics if len(view.topics) < room else view.topics[: max(0, room - 2)]
    left = _left(view.topics, lang, width)
    for topic in fitting:
        count = f" {topic.passed}/{view.everybody}"
        names = max(cell_len(one) for one in left.values())
        bar = _bar(topic, view.everybody, width - names - 1 - len(f" {view.everybody}/{view.everybody}"))
        for line in range(max(1, each - 1)):
            name = left[topic.exercise.id] if line == 0 else ""
            yield Line.assemble(Line(f"{name}{' ' * (names - cell_len(name))} "), bar, Line(count if line == 0 else ""))
        if each > 1:
            yield Line("")
    more = len(view.topics) - len(fitting)
    if more:
        yield Line(render(msgs("and {n} more", "and {n} more", more), lang))
    if each == 1:
        yield Line("")


def _left(topics: Sequence[Topic], lang: Lang, width: int) -> dict[str, str]:
    """What stands before each bar: the id, and the title where there is room for it."""
    ids = max((cell_len(topic.exercise.id) for topic in topics), default=0)
    found = {}
    for topic in topics:
        title = Line(render(topic.exercise.title, lang) if width >= MIN_WIDTH_WITH_TITLES else "")
        title.truncate(MAX_TITLE, overflow="ellipsis")
        found[topic.exercise.id] = f"{topic.exercise.id:<{ids}}  {title.plain}".rstrip()
    return found


def _bar(topic: Topic, everybody: int, width: int) -> Line:
    bar, seen, drawn = Line(), 0, 0
    for state, count in topic.counts:
        seen += count
        end = round(width * seen / max(1, everybody))
        fill, style = _FILLS[state]
        bar.append(fill * (end - drawn), style)
        drawn = end
    return bar.append(" " * (width - drawn))


def _mistake(mistake: Shared, lang: Lang, width: int) -> list[Line]:
    """The title, and the sentence on two lines at most."""
    sentence = f"{mistake.exercise}: {render(mistake.text, lang)}"
    lines = textwrap.wrap(sentence, width, max_lines=2, placeholder="…")
    return [cut_line(render(mistake.title, lang), ""), *(cut_line(line, "bold") for line in lines)]


def _key(view: View, lang: Lang, width: int) -> Line:
    """What the fillings mean."""
    fills = [Line(f"{_FILLS[one][0]} {render(STATES[one], lang)}", style=_FILLS[one][1]) for one in view.states]
    key = Line("   ").join(fills)
    key.truncate(width, overflow="ellipsis")
    return key
