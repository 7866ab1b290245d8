"""The page of a large class: its people lie in files beside it, which the page's script loads when somebody opens them.

A page from a disk may load scripts and nothing else. So each of these files is a script of one call, with one text in
it; that text stands in ASCII and holds no sign that could end the string, the script or a tag.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from grader.i18n import Lang, render
from grader.model import ExerciseResult
from grader.report import class_summary, wording
from grader.report.alphabet import name_key
from grader.report.page.labels import STATUSES
from grader.report.page.people import Absent, Participant, fill
from grader.report.run import Run

if TYPE_CHECKING:
    from grader.report.page.glance import Entry

MAX_PEOPLE = 500  # on one page with all that is said of them
CLASS = "class.js"
SUFFIX = ".js"


class Beside:
    """What the page's script finds in the file `CLASS`.

    Attributes:
        folder: The address of the folder that holds it and everybody's file, from the page.
    """

    def __init__(self, folder: str, people: Sequence[Participant], absent: Sequence[Absent]) -> None:
        """`people`: in the order of the table."""
        self.folder = folder
        self._people, self._absent = people, absent
        self._places = {person.key: place for place, person in enumerate(people)}
        self._lists: list[list[Any]] = []

    def fold(self, entries: Iterable[Entry]) -> int:
        """The number of a list of names that the script makes when somebody unfolds it."""
        self._lists.append([self._entry(one) for one in entries])
        return len(self._lists) - 1

    def script(self, run: Run) -> Iterator[bytes]:
        """The whole file, in parts: a script that hands over the rows, the different cells and the lists."""
        cells = _Cells(run.lang)
        yield b'graded(JSON.parse("['
        start = "["
        for row in self._rows(run, cells):
            yield _escaped(start + _json(row))
            start = ","
        yield _escaped(("[]," if start == "[" else "],") + _json(cells.all) + "," + _json(self._lists))
        yield b']"))\n'

    def _rows(self, run: Run, cells: _Cells) -> Iterator[list[Any]]:
        ids = [topic.exercise.id for topic in run.topics]
        ranks = iter(_ranks([*self._people, *self._absent]))
        for person in self._people:
            yield [
                person.key,
                person.name,
                next(ranks),
                render(person.status, run.lang) if person.status else "",
                "–" if person.status else wording.total(person.grade, run.lang),
                -1 if person.status else person.grade.score,
                own_file(person.file.rpartition("/")[2]),
                [cells.number(person.result(id)) for id in ids],
            ]
        for one in self._absent:
            none = [cells.number(None)] * len(ids)
            yield ["", one.name, next(ranks), render(one.why, run.lang), "–", None, "", none]

    def _entry(self, entry: Entry) -> list[Any] | str:
        key, _, place = entry.to[2:].partition("-")
        index = self._places.get(f"{entry.to[:2]}{key}")
        return entry.name if index is None else [index, place, entry.note]


class _Cells:
    """The different cells that the table has: few of them, whoever they are of."""

    def __init__(self, lang: Lang) -> None:
        self.all: list[list[Any]] = []
        self._lang = lang
        self._numbers: dict[ExerciseResult | None, int] = {}

    def number(self, result: ExerciseResult | None) -> int:
        if result not in self._numbers:
            self._numbers[result] = len(self.all)
            self.all.append(["", "", 0, "", None] if result is None else self._cell(result))
        return self._numbers[result]

    def _cell(self, result: ExerciseResult) -> list[Any]:
        """The state, what it shows, how full it is, what it says aloud instead, what it is sorted by."""
        state, points = class_summary.state(result), wording.points(result, self._lang)
        shown = points if state in class_summary.WITH_POINTS else ""
        aloud = "" if shown else render(STATUSES[result.status], self._lang)
        return [state.value, shown, fill(result), aloud, result.points + result.bonus]


def _ranks(people: Sequence[Participant | Absent]) -> list[int]:
    """Each one's place in the alphabet."""
    order = sorted(range(len(people)), key=lambda index: name_key(people[index].sorted_by or people[index].name))
    ranks = [0] * len(people)
    for rank, index in enumerate(order):
        ranks[index] = rank
    return ranks


def own_file(page: str) -> str:
    """What the file is called that lies beside somebody's own page."""
    return page.removesuffix(".html") + SUFFIX


def article_file(article: str) -> bytes:
    """A script that hands over what is said of one person."""
    return b'graded("' + _escaped(article) + b'")\n'


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _escaped(text: str) -> bytes:
    """The text as it stands in a string of JavaScript, in ASCII, in which no HTML is."""
    quoted = json.dumps(text)[1:-1]
    return quoted.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode("ascii")
