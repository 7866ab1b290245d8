"""Reads a source notebook of nbgrader's, of metadata schemas 0 to 3, as `nbgrader generate_assignment` would."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.course.assignment import Assignment, Role, SourceCell, TestCase, Unit
from grader.course.readers.sources import (
    RawCell,
    RawNotebook,
    Regions,
    UnevenRegions,
    cut_regions,
    heading_in,
    named_files,
    title_in,
)
from grader.i18n import Text, msg

SOLUTION = ("BEGIN SOLUTION", "END SOLUTION")
HIDDEN_TESTS = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
MARK_SCHEME = ("BEGIN MARK SCHEME", "END MARK SCHEME")
CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
NEWEST_SCHEMA = 3
_AUTOTEST = "AUTOTEST"
_SOLUTION_ELSEWHERE = msg("a solution stands in a cell that is no solution. Mark the cell as one")
_TESTS_ELSEWHERE = msg("hidden tests stand in a cell that is no test. Mark the cell as one")
_POINTS_OF_TEXT = msg("it is text that has points and is no answer. Mark it as a manually graded answer")
_NO_ID = msg("it has no grade_id. Give it one in nbgrader's toolbar")


def is_nbgraders(notebook: RawNotebook) -> bool:
    """Whether a cell has nbgrader's metadata."""
    return any(isinstance(cell.metadata.get("nbgrader"), Mapping) for cell in notebook.cells)


def read(notebook: RawNotebook, files: tuple[Path, ...] = ()) -> Assignment:
    """The assignment. Raise CourseError with what its author did wrong, and in which cell. `files`: all that lie beside
    it; in nbgrader's folders all of them are handed out, elsewhere those that the code names."""
    reader = _Reader(notebook)
    cells = tuple(replace(reader.cell(raw), number=raw.number) for raw in notebook.cells)
    name = _name(notebook.path)
    title = next(filter(None, (title_in(cell.source) for cell in cells if cell.role is Role.TEXT)), name)
    sources = (notebook.path.name,)
    files = files if _is_in_nbgraders_folders(notebook.path) else named_files(notebook, files)
    return Assignment(name, title, notebook.path, cells, tuple(reader.units), sources, files, notebook.language)


def _name(path: Path) -> str:
    """nbgrader's: the name of the folder below `source`, otherwise the notebook's own."""
    return path.absolute().parent.name if _is_in_nbgraders_folders(path) else path.stem


def _is_in_nbgraders_folders(path: Path) -> bool:
    return path.absolute().parent.parent.name in ("source", "release")


@dataclass(frozen=True, slots=True)
class _Marks:
    """What nbgrader's metadata say of a cell."""

    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    id: str = ""
    points: float = 0.0

    @property
    def any(self) -> bool:
        return self.grade or self.solution or self.locked or self.task


class _Reader:
    """Reads cell after cell, and collects the units."""

    def __init__(self, notebook: RawNotebook) -> None:
        self._notebook = notebook
        self._heading = ""
        self._answer: int | None = None  # the place of the last cell that participants write
        self._ids: dict[str, int] = {}
        self.units: list[Unit] = []

    def cell(self, raw: RawCell) -> SourceCell:
        marks = self._marks(raw)
        if raw.kind != "code":
            return self._text(raw, marks)
        if marks.solution:
            cell = self._solution(raw, marks)
            self._answer = raw.number - 1
            if marks.grade:
                self._by_hand(raw, marks, msg("A person reads this answer and gives its points."))
            return cell
        self._refuse_region(raw, SOLUTION, _SOLUTION_ELSEWHERE)
        if marks.grade:
            return self._tests(raw, marks)
        self._refuse_region(raw, HIDDEN_TESTS, _TESTS_ELSEWHERE)
        return SourceCell(Role.GIVEN, raw.source, stub=raw.source, id=marks.id, locked=marks.locked)

    # ---- kinds of cells

    def _text(self, raw: RawCell, marks: _Marks) -> SourceCell:
        self._heading = heading_in(raw.source) or self._heading
        if marks.task:
            cut = self._cut(raw, MARK_SCHEME)
            self._by_hand(raw, marks, msg("A person looks at this task and gives its points."), answer=None)
            return SourceCell(Role.TEXT, cut.source, False, cut.stub, marks.id, locked=True)
        if marks.grade and not marks.solution:
            raise self._notebook.fault(raw, _POINTS_OF_TEXT)
        if marks.solution:
            cut = self._cut(raw, SOLUTION, TEXT_STUB)
            self._by_hand(raw, marks, msg("A person reads this answer and gives its points."))
            return SourceCell(Role.BY_HAND, cut.source, False, cut.stub if cut.marked else TEXT_STUB, marks.id)
        return SourceCell(Role.TEXT, raw.source, False, raw.source, marks.id, locked=marks.locked)

    def _solution(self, raw: RawCell, marks: _Marks) -> SourceCell:
        cut = self._cut(raw, SOLUTION, CODE_STUB)
        role = Role.BY_HAND if marks.grade else Role.SOLUTION
        return SourceCell(role, cut.source, stub=cut.stub if cut.marked else CODE_STUB, id=marks.id)

    def _tests(self, raw: RawCell, marks: _Marks) -> SourceCell:
        cut = self._cut(raw, HIDDEN_TESTS)
        reason = self._not_taken_over(raw)
        cell = SourceCell(Role.TESTS, cut.source, True, cut.stub, marks.id, True, cut.inside)
        if reason is not None:
            self._by_hand(raw, marks, reason)
            return replace(cell, role=Role.GIVEN, source="")
        title = _says(cut.stub) or self._heading or marks.id
        test = TestCase(marks.id, title, raw.number - 1, marks.points)
        self.units.append(Unit(marks.id, title, marks.points, (test,), self._answer))
        return cell

    def _not_taken_over(self, raw: RawCell) -> Text | None:
        if self._notebook.language != "python":
            return msg(
                "The test is written in {language}, and only Python runs here.", language=self._notebook.language
            )
        if any(_AUTOTEST in line and line.lstrip().startswith("#") for line in raw.source.splitlines()):
            return msg("The test is one that nbgrader makes itself (AUTOTEST), from a file of templates.")
        return None

    def _by_hand(self, raw: RawCell, marks: _Marks, reason: Text, answer: int | None = -1) -> None:
        place = raw.number - 1 if answer == -1 else answer
        self.units.append(Unit(marks.id, self._heading or marks.id, marks.points, (), place, by_hand=reason))

    # ---- metadata

    def _marks(self, raw: RawCell) -> _Marks:
        found = raw.metadata.get("nbgrader")
        if not isinstance(found, Mapping):
            return _Marks()
        version = found.get("schema_version", 0)
        if not isinstance(version, int) or version > NEWEST_SCHEMA:
            says = msg(
                "its metadata are of schema {version}, and this grader reads those up to {newest}. Update the grader",
                version=repr(version),
                newest=NEWEST_SCHEMA,
            )
            raise self._notebook.fault(raw, says)
        grade, solution, locked, task = (bool(found.get(name)) for name in ("grade", "solution", "locked", "task"))
        marks = _Marks(grade, solution, grade or locked, task and raw.kind != "code", str(found.get("grade_id") or ""))
        if not marks.any:
            return _Marks()
        self._refuse_id(raw, marks.id)
        return replace(marks, points=self._points(raw, found)) if marks.grade or marks.task else marks

    def _refuse_id(self, raw: RawCell, id: str) -> None:
        if not id:
            raise self._notebook.fault(raw, _NO_ID)
        if id in self._ids:
            says = msg("its grade_id {id} is also that of cell {other}. Give one of them another",
                       id=repr(id), other=self._ids[id])  # fmt: skip
            raise self._notebook.fault(raw, says)
        self._ids[id] = raw.number

    def _points(self, raw: RawCell, found: Mapping[str, Any]) -> float:
        try:
            points = float(found.get("points") or 0)
        except (TypeError, ValueError):
            points = -1.0
        if not 0 <= points < 1e6:
            says = msg("its points are no number from 0 on: {points}", points=repr(found.get("points")))
            raise self._notebook.fault(raw, says)
        return points

    # ---- regions

    def _cut(self, raw: RawCell, marks: tuple[str, str], stub: str = "") -> Regions:
        try:
            return cut_regions(raw.source, *marks, stub.split("\n") if stub else ())
        except UnevenRegions as uneven:
            raise self._notebook.fault(raw, uneven.text) from None

    def _refuse_region(self, raw: RawCell, marks: tuple[str, str], text: Text) -> None:
        if marks[0] in raw.source:
            raise self._notebook.fault(raw, text)


def _says(stub: str) -> str:
    """What the author says of a test to participants: the first line of its docstring or comment."""
    try:
        text = ast.get_docstring(ast.parse(stub)) or ""
    except SyntaxError:
        text = ""
    return next(_lines(text or _comment(stub)), "")[:80]


def _comment(stub: str) -> str:
    first = stub.lstrip().partition("\n")[0]
    return first.lstrip("# ").strip() if first.startswith("#") else ""


def _lines(text: str) -> Iterator[str]:
    yield from (line.strip() for line in text.splitlines() if line.strip())
