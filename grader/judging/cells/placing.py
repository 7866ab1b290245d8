"""Where an assignment's cells are in a participant's notebook: by their ids, their text, or what stands around them.
Tests and locked cells are the course's, whatever became of them there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from grader.course.assignment import Assignment, Role, SourceCell
from grader.judging.cells.otter_client import without_client
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
        answers: the participant's cells in the place of each cell of the source, by that one's place.
    """

    notebook: Notebook
    tests: Mapping[int | None, Sequence[int]]
    answers: Mapping[int, Sequence[Cell]]


def place(notebook: Notebook, assignment: Assignment) -> Placed:
    """Find the cells of the assignment in the notebook."""
    notebook = without_client(notebook)
    cells = sorted([*notebook.cells, *notebook.texts], key=lambda cell: cell.index)
    finder = _Finder(cells, {cell.index for cell in notebook.cells}, assignment.cells)
    finder.find()
    order = _Order(notebook, assignment.cells, {at: cells[found].index for at, found in finder.found.items()})
    return order.placed(finder.answers())


# ---- which cell is which


class _Finder:
    """Finds the cells of the source among a participant's.

    Attributes:
        found: the place among the participant's cells of each source cell that is found there.
    """

    def __init__(self, cells: Sequence[Cell], code: set[int], sources: Sequence[SourceCell]) -> None:
        self._cells, self._code, self._sources = cells, code, sources
        self._texts = [_plain(cell.source) for cell in cells]
        self.found: dict[int, int] = {}

    def find(self) -> None:
        self.by_ids()
        self.by_text()
        if len(self._cells) <= MAX_CELLS:
            self.by_names()
            self.by_likeness()

    def answers(self) -> dict[int, Sequence[Cell]]:
        """The participant's cells in the place of each source cell; of a written answer that is not found, all texts
        between what stands around it."""
        found: dict[int, Sequence[Cell]] = {at: [self._cells[place]] for at, place in self.found.items()}
        for at, source in self._left:
            if source.role is Role.BY_HAND and not source.is_code:
                places = range(self._before(at) + 1, self._after(at))
                found[at] = [self._cells[place] for place in self._free(source) if place in places]
        return found

    @property
    def _left(self) -> Iterator[tuple[int, SourceCell]]:
        """The source cells that participants get and that are not found yet."""
        for at, source in enumerate(self._sources):
            if at not in self.found and source.stub is not None:
                yield at, source

    def _free(self, source: SourceCell) -> list[int]:
        """The places of cells that may be this one."""
        taken = set(self.found.values())
        kind = (at for at, cell in enumerate(self._cells) if (cell.index in self._code) == source.is_code)
        return [at for at in kind if at not in taken]

    def by_ids(self) -> None:
        """Of several cells with the same id, one is the original: the one that is most like it."""
        by_id: dict[str, list[int]] = {}
        for at, cell in enumerate(self._cells):
            for id in cell.ids:
                by_id.setdefault(id, []).append(at)
        for at, source in enumerate(self._sources):
            places = [place for place in by_id.get(source.id, ()) if source.id and place in self._free(source)]
            if places:
                self.found[at] = self._most_alike(places, source)

    def by_text(self) -> None:
        """Equal texts, in order as far as possible."""
        for at, source in self._left:
            wanted = _plain(source.stub or "")
            places = [place for place in self._free(source) if self._texts[place] == wanted]
            if wanted and places:
                after = self._before(at)
                self.found[at] = next((place for place in places if place > after), places[0])

    def by_names(self) -> None:
        """The last cell that gives what the solution gives."""
        given = {place: _names(cell.source) for place, cell in enumerate(self._cells) if cell.index in self._code}
        for at, source in self._left:
            wanted = _names(source.source) if source.is_code else frozenset()
            if source.role not in (Role.SOLUTION, Role.BY_HAND) or not wanted:
                continue
            free = self._free(source)
            best = max((len(wanted & given[place]) for place in free), default=0)
            places = [place for place in free if best and len(wanted & given[place]) == best]
            if places:
                self.found[at] = places[-1]

    def by_likeness(self) -> None:
        """Tests and locked cells that were edited, between the cells around them."""
        for at, source in self._left:
            if source.role is not Role.TESTS and not (source.locked and source.is_code):
                continue
            first, last = self._before(at), self._after(at)
            places = [place for place in self._free(source) if first < place < last]
            if places and self._alike(best := self._most_alike(places, source), source) >= ALIKE:
                self.found[at] = best

    def _most_alike(self, places: Sequence[int], source: SourceCell) -> int:
        return max(places, key=lambda place: self._alike(place, source)) if len(places) > 1 else places[0]

    def _alike(self, place: int, source: SourceCell) -> float:
        return _likeness(self._texts[place], _plain(source.stub or ""))

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
    """Puts the course's tests and locked cells into the participant's notebook. `found`: the index of the participant's
    cell for each source cell that is found."""

    def __init__(self, notebook: Notebook, sources: Sequence[SourceCell], found: Mapping[int, int]) -> None:
        self._notebook, self._sources, self._found = notebook, sources, found
        self._runs: list[tuple[float, int, Cell]] = []  # place, order among those there, cell
        self._tests: list[tuple[float, int]] = []  # place, source
        self._end = 1 + max((cell.index for cell in (*notebook.cells, *notebook.texts)), default=-1)

    def placed(self, answers: Mapping[int, Sequence[Cell]]) -> Placed:
        theirs = {index: at for at, index in self._found.items()}
        for cell in self._notebook.cells:
            self._take(cell, theirs.get(cell.index))
        for at, source in enumerate(self._sources):
            if at not in self._found:
                self._add(at, source)
        self._runs.sort(key=lambda run: run[:2])
        cells = tuple(cell for _, _, cell in self._runs)
        return Placed(replace(self._notebook, cells=cells), self._by_cell(), answers)

    def _take(self, cell: Cell, at: int | None) -> None:
        source = self._sources[at] if at is not None else None
        if source is not None and at is not None and source.role is Role.TESTS:
            self._tests.append((cell.index, at))
        elif source is not None and source.locked:
            self._runs.append((cell.index, 0, replace(cell, source=source.source)))
        else:
            self._runs.append((cell.index, 0, cell))

    def _add(self, at: int, source: SourceCell) -> None:
        """What the notebook lacks: a test comes as late as what follows allows, a locked cell as early as possible."""
        before = max((index for one, index in self._found.items() if one < at), default=-1)
        beside = next(
            (index for one, index in self._found.items() if source.id and self._sources[one].id == source.id), None
        )
        if source.role is Role.TESTS and beside is not None:  # another test of the same question
            self._tests.append((beside, at))
        elif source.role is Role.TESTS:
            after = min((index for one, index in self._found.items() if one > at and index > before), default=self._end)
            self._tests.append((after - 0.25, at))
        elif source.locked and source.is_code and source.role is Role.GIVEN and source.source.strip():
            self._runs.append((before + 0.5, at, Cell(self._end + at, source.source)))

    def _by_cell(self) -> dict[int | None, list[int]]:
        tests: dict[int | None, list[int]] = {}
        for place, at in sorted(self._tests):
            earlier = [cell.index for where, _, cell in self._runs if where < place]
            tests.setdefault(earlier[-1] if earlier else None, []).append(at)
        return tests
