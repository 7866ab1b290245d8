"""Where the cells of an assignment are in a participant's notebook: by their ids, by their text, or by what stands around
them. Tests and locked cells are the course's, whatever became of them there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from grader.course.assignment import Assignment, Role, SourceCell
from grader.judging.cells.statements import statements_of
from grader.model import Cell, Notebook

ALIKE = 0.6  # of two texts, from which on one is taken for an edited copy of the other
MAX_COMPARED = 4_000  # characters of a text that is compared
MAX_CELLS = 2_000  # of a notebook, above which only ids and equal texts are looked at


@dataclass(frozen=True, slots=True)
class Placed:
    """A participant's notebook as it is run.

    Attributes:
        notebook: without its tests, with the course's own locked cells.
        tests: the test cells of the source that come after each cell, by that one's index; by None those before the
            first.
        answers: the participant's cell in the place of each cell of the source, by that one's place.
    """

    notebook: Notebook
    tests: Mapping[int | None, Sequence[int]]
    answers: Mapping[int, Cell]


def place(notebook: Notebook, assignment: Assignment) -> Placed:
    """Find the cells of the assignment in the notebook."""
    found = _found(notebook.cells, assignment.cells)
    return _Order(notebook, assignment.cells, found).placed()


# ---- which cell is which


def _found(cells: Sequence[Cell], sources: Sequence[SourceCell]) -> dict[int, int]:
    """The place in `cells` of each source cell that is found there."""
    finder = _Finder(cells, sources)
    finder.by_ids()
    finder.by_text()
    if len(cells) <= MAX_CELLS:
        finder.by_names()
        finder.by_likeness()
    return finder.found


class _Finder:
    def __init__(self, cells: Sequence[Cell], sources: Sequence[SourceCell]) -> None:
        self._cells, self._sources = cells, sources
        self._texts = [_plain(cell.source) for cell in cells]
        self.found: dict[int, int] = {}

    @property
    def _left(self) -> Iterator[tuple[int, SourceCell]]:
        """The source cells that participants get and that are not found yet."""
        for at, source in enumerate(self._sources):
            if at not in self.found and source.is_code and source.stub is not None:
                yield at, source

    @property
    def _free(self) -> list[int]:
        taken = set(self.found.values())
        return [at for at in range(len(self._cells)) if at not in taken]

    def by_ids(self) -> None:
        """Of several cells with the same id, one is the original: the one that is most like it."""
        by_id: dict[str, list[int]] = {}
        for at, cell in enumerate(self._cells):
            for id in cell.ids:
                by_id.setdefault(id, []).append(at)
        for at, source in self._left:
            places = [place for place in by_id.get(source.id, ()) if place not in self.found.values()]
            if source.id and places:
                wanted = _plain(source.stub or "")
                self.found[at] = (
                    max(places, key=lambda place: _likeness(self._texts[place], wanted))
                    if len(places) > 1
                    else places[0]
                )

    def by_text(self) -> None:
        """Equal texts, in order as far as possible."""
        for at, source in self._left:
            wanted = _plain(source.stub or "")
            places = [place for place in self._free if self._texts[place] == wanted]
            if wanted and places:
                after = self._before(at)
                self.found[at] = next((place for place in places if place > after), places[0])

    def by_names(self) -> None:
        """The last cell that gives what the solution gives."""
        given = {place: _names(self._cells[place].source) for place in self._free}
        for at, source in self._left:
            wanted = _names(source.source)
            if source.role not in (Role.SOLUTION, Role.BY_HAND) or not wanted:
                continue
            best = max((len(wanted & given[place]) for place in self._free), default=0)
            places = [place for place in self._free if best and len(wanted & given[place]) == best]
            if places:
                self.found[at] = places[-1]

    def by_likeness(self) -> None:
        """Tests and locked cells that were edited, between the cells around them."""
        for at, source in self._left:
            if source.role is not Role.TESTS and not source.locked:
                continue
            first, last = self._before(at), self._after(at)
            wanted = _plain(source.stub or "")
            likely = [(_likeness(self._texts[place], wanted), -place) for place in self._free if first < place < last]
            best = max(likely, default=(0.0, 0))
            if best[0] >= ALIKE:
                self.found[at] = -best[1]

    def _before(self, at: int) -> int:
        return max((place for one, place in self.found.items() if one < at), default=-1)

    def _after(self, at: int) -> int:
        before = self._before(at)
        return min(
            (place for one, place in self.found.items() if one > at and place > before), default=len(self._cells)
        )


def _plain(source: str) -> str:
    """A text without what editors change: blank lines and the ends of lines."""
    return "\n".join(line.rstrip() for line in source.splitlines() if line.strip())


def _likeness(one: str, other: str) -> float:
    lines = one[:MAX_COMPARED].split("\n"), other[:MAX_COMPARED].split("\n")
    return SequenceMatcher(None, *lines, autojunk=False).ratio()


def _names(source: str) -> frozenset[str]:
    found = {name for one in statements_of(source) for name in one.binds - one.imports}
    return frozenset(found or re.findall(r"^(?:def|class)\s+(\w+)", source, re.MULTILINE))


# ---- in which order all of it runs


class _Order:
    """Puts the course's tests and locked cells into the participant's notebook."""

    def __init__(self, notebook: Notebook, sources: Sequence[SourceCell], found: Mapping[int, int]) -> None:
        self._notebook, self._sources, self._found = notebook, sources, found
        self._runs: list[tuple[float, int, Cell]] = []  # place, order among those there, cell
        self._tests: list[tuple[float, int]] = []  # place, source
        self._next_index = 1 + max((cell.index for cell in notebook.cells), default=-1)

    def placed(self) -> Placed:
        theirs = {place: at for at, place in self._found.items()}
        for place, cell in enumerate(self._notebook.cells):
            self._take(place, cell, theirs.get(place))
        for at, source in enumerate(self._sources):
            if at not in self._found:
                self._add(at, source)
        cells = [cell for _, _, cell in sorted(self._runs, key=lambda run: run[:2])]
        answers = {at: self._notebook.cells[place] for at, place in self._found.items()}
        return Placed(replace(self._notebook, cells=tuple(cells)), self._by_cell(), answers)

    def _take(self, place: int, cell: Cell, at: int | None) -> None:
        source = self._sources[at] if at is not None else None
        if source is None or (source.role is not Role.TESTS and not source.locked):
            self._runs.append((place, 0, cell))
        elif source.role is Role.TESTS and at is not None:
            self._tests.append((place, at))
        else:
            self._runs.append((place, 0, replace(cell, source=source.source)))

    def _add(self, at: int, source: SourceCell) -> None:
        """What the notebook lacks: a test comes as late as what follows it allows, a locked cell as early as possible."""
        if source.role is Role.TESTS:
            self._tests.append((self._latest(at), at))
        elif source.locked and source.is_code and source.role is Role.GIVEN:
            place = max((place for one, place in self._found.items() if one < at), default=-1)
            self._runs.append((place + 0.5, at, Cell(self._next_index, source.source)))
            self._next_index += 1

    def _latest(self, at: int) -> float:
        """Just before the next cell of the source that is there, but after what the test is about."""
        before = max((place for one, place in self._found.items() if one < at), default=-1)
        after = min((place for one, place in self._found.items() if one > at and place > before), default=None)
        return (len(self._notebook.cells) if after is None else after) - 0.25

    def _by_cell(self) -> dict[int | None, list[int]]:
        ordered = sorted(self._runs, key=lambda run: run[:2])
        tests: dict[int | None, list[int]] = {}
        for place, at in sorted(self._tests):
            earlier = [cell.index for where, _, cell in ordered if where < place]
            tests.setdefault(earlier[-1] if earlier else None, []).append(at)
        return tests
