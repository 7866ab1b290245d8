"""Reads the source of an otter assignment, the notebook that `otter assign` takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from grader.course.assignment import Assignment, Role, Seed, SourceCell, TestCase, Unit
from grader.course.readers.otter_blocks import BlockCell, blocks, is_otters, settings
from grader.course.readers.otter_stub import resolve_points, without_ignored, without_marks, without_solution
from grader.course.readers.otter_tests import OtterTest, read_foreign_test, read_test, read_yaml
from grader.course.readers.sources import RawNotebook, heading_in
from grader.errors import CourseError
from grader.i18n import msg

__all__ = ["is_otters", "read"]

ANSWER = "_Type your answer here, replacing this text._"  # where a text is asked for and the author has no prompt
_INCLUDED = "otter_include"  # a tag: participants get the text, though it stands in a solution


def read(notebook: RawNotebook, files: tuple[Path, ...] = ()) -> Assignment:
    """The assignment. Raise CourseError with what its author did wrong, and in which cell.

    `files`: those beside it, of which participants get what its settings name.
    """
    config = _settings(notebook)
    reader = _Reader(config, notebook.language)
    for block_cell in blocks(notebook):
        reader.take(block_cell)
    name = str(config.get("name") or notebook.path.stem)
    cells, units = tuple(reader.cells), tuple(_named_apart(reader.units, notebook.path))
    own = tuple(_files(config, notebook.path, files))
    title, language, seed = reader.title or name, notebook.language, _seed(config, notebook.path)
    return Assignment(name, title, notebook.path, cells, units, files=own, language=language, seed=seed)


def _seed(config: Mapping[str, Any], path: Path) -> Seed | None:
    """What otter sets before each cell."""
    own, generate = config.get("seed"), config.get("generate")
    generate = generate if isinstance(generate, Mapping) else {}
    value, variable = generate.get("seed"), generate.get("seed_variable")
    if isinstance(own, Mapping):
        value, variable = own.get("autograder_value", value), own.get("variable", variable)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise CourseError("{path}: the seed must be a whole number, and it is {kind}", path=path, kind=repr(value))
    return Seed(value, str(variable or ""))


@dataclass
class _Reader:
    """What was read so far.

    Attributes:
        config, language: Of the assignment.
        cells, units: Of the assignment.
        title: The first heading.
    """

    config: Mapping[str, Any]
    language: str
    cells: list[SourceCell] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    title: str = ""
    _heading: str = ""
    _answer: int | None = None
    _has_prompt: bool = False
    _tests: list[OtterTest] = field(default_factory=list)

    def take(self, given: BlockCell) -> None:
        """Add the next cell."""
        before = len(self.cells)
        self._take(given)
        if not given.ends:
            self.cells[before:] = [replace(cell, number=given.raw.number) for cell in self.cells[before:]]

    def _take(self, given: BlockCell) -> None:
        if given.ends:
            self._end_question(given)
        elif given.raw.kind == "raw":
            pass  # otter hands it out, and nothing in it runs
        elif given.block == "tests":
            self._tests.append(self._test(given))
        elif given.raw.kind == "markdown":
            self._text(given)
        else:
            self._code(given)

    def _test(self, given: BlockCell) -> OtterTest:
        if given.raw.kind != "code":
            raise CourseError("{place}: among tests there may be code cells only. Move the text out", place=given.place)
        if self.language != "python":
            return read_foreign_test(given.raw, given.place, self.language)
        tests = self.config.get("tests")
        by_output = bool(tests.get("ok_format", True)) if isinstance(tests, Mapping) else True
        return read_test(given.raw, given.place, by_output)

    def _text(self, given: BlockCell) -> None:
        source, heading = given.raw.source, heading_in(given.raw.source)
        if heading and given.block in ("", "question"):
            self.title = self.title or heading
            self._heading = heading
        if given.block == "solution" and _INCLUDED not in (given.raw.metadata.get("tags") or ()):
            asks = bool((given.question or {}).get("manual")) and not self._has_prompt
            stub = ANSWER if asks else None
            self._has_prompt = True
            self._add_answer(SourceCell(Role.BY_HAND, source, False, stub))
        elif given.block == "prompt":
            self._has_prompt = True
            self._add_answer(SourceCell(Role.BY_HAND, source, False, source))
        else:
            self.cells.append(SourceCell(Role.TEXT, source, False, source, locked=bool(given.block)))

    def _code(self, given: BlockCell) -> None:
        place = given.place
        source = without_ignored(given.raw.source, place)
        strips = given.block == "solution" or bool(self.config.get("strip_solutions_from_all_cells"))
        if not strips:
            locked = given.block == "question"
            self.cells.append(SourceCell(Role.GIVEN, source, True, source, locked=locked))
            return
        stub, own = without_solution(source, place), without_marks(source)
        if given.block == "solution":
            self._add_answer(SourceCell(Role.SOLUTION, own, True, stub))
        else:
            role = Role.GIVEN if stub == source else Role.SOLUTION
            self.cells.append(SourceCell(role, own, True, stub))

    def _add_answer(self, cell: SourceCell) -> None:
        if self._answer is None:
            self._answer = len(self.cells)
        self.cells.append(cell)

    def _end_question(self, given: BlockCell) -> None:
        question, place = given.question or {}, given.place
        if self._tests:
            self.units.append(self._tested(question, place))
        elif question.get("manual"):
            self.units.append(self._read_by_a_person(question, place))
        self._heading, self._answer, self._has_prompt, self._tests = "", None, False, []

    def _read_by_a_person(self, question: Mapping[str, Any], place: str) -> Unit:
        name, points = str(question["name"]), _total(question.get("points"), 1, place)
        worth = float(sum(one or 0 for one in points) if isinstance(points, list) else points or 0)
        reason = msg("A person reads this answer and gives its points.")
        return Unit(name, self._heading or name, worth, (), self._answer, by_hand=reason)

    def _tested(self, question: Mapping[str, Any], place: str) -> Unit:
        """The question with its tests, which stand where otter's own check of it does: at its end."""
        name = str(question["name"])
        points = self._points(question, place)
        tests = []
        stub: str | None = "\n\n".join(test.visible for test in self._tests if not test.hidden) or None
        for number, (test, worth) in enumerate(zip(self._tests, points, strict=True), 1):
            called = name if len(points) == 1 else f"{name} - {number}"
            tests.append(TestCase(str(number), called, len(self.cells), worth, test.success, test.failure))
            hidden = range(1, test.code.count("\n") + 1) if test.hidden else ()
            role, source = (Role.TESTS, test.code) if test.refused is None else (Role.GIVEN, "")
            self.cells.append(SourceCell(role, source, True, stub, name, True, frozenset(hidden)))
            stub = None
        unit = Unit(
            name, self._heading or name, sum(points), tuple(tests), self._answer, bool(question.get("all_or_nothing"))
        )
        reason = next((test.refused for test in self._tests if test.refused is not None), None)
        return replace(unit, tests=(), by_hand=reason) if reason is not None else unit

    def _points(self, question: Mapping[str, Any], place: str) -> list[float]:
        total = _total(question.get("points"), len(self._tests), place)
        if isinstance(total, list) and len(total) != len(self._tests):
            raise CourseError(
                "{place}: the question names points for {named} tests and has {count}. Give each test its points",
                place=place,
                named=len(total),
                count=len(self._tests),
            )
        points = resolve_points(total, [test.points for test in self._tests])
        if points is None:
            raise CourseError(
                "{place}: the tests of the question have more points together than the question. Raise its points, or "
                "lower theirs",
                place=place,
            )
        return points


def _total(points: Any, tests: int, place: str) -> float | list[float | None] | None:
    """The points of a question as its settings have them: together, for each test, or a list."""
    if isinstance(points, Mapping):
        points = points.get("each", 1) * tests
    every = points if isinstance(points, list) else [points]
    if any(isinstance(one, bool) or not isinstance(one, int | float | None) for one in every):
        raise CourseError("{place}: points must be a number, and they are {kind}", place=place, kind=repr(points))
    return points  # type: ignore[no-any-return]


def _settings(notebook: RawNotebook) -> Mapping[str, Any]:
    """The settings of the assignment, and those in the file that they name."""
    own, path = settings(notebook), notebook.path
    shared = own.get("config_file")
    if not shared:
        return own
    file = path.parent / str(shared)
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError("{path}: config_file names {file}: {error}", path=path, file=file, error=error) from error
    return {**read_yaml(text, str(file)), **own}


def files_above(notebook: RawNotebook) -> tuple[str, ...]:
    """The files above the assignment's own folder that its settings name, such as settings that assignments share."""
    named = [value for value in _settings(notebook).values() if isinstance(value, str)]
    return tuple(name for name in named if name.startswith("../") and (notebook.path.parent / name).is_file())


def files_handed_in(notebook: RawNotebook) -> tuple[str, ...]:
    """The files that participants hand in with the notebook, where the author has some too."""
    named = _listed(_settings(notebook), "student_files")
    return tuple(name for name in named if (notebook.path.parent / name).is_file())


def _files(config: Mapping[str, Any], path: Path, files: Sequence[Path]) -> Iterator[Path]:
    """Those of the files that the settings name, by themselves or by their folder."""
    for name in _listed(config, "files"):
        wanted = Path(name)
        found = [file for file in files if file == wanted or wanted in file.parents]
        if not found:
            raise CourseError(
                "{path}: files names {file}, which is no file beside the notebook. Put it there, or leave it out",
                path=path,
                file=repr(name),
            )
        yield from found


def _listed(config: Mapping[str, Any], key: str) -> Sequence[str]:
    """The names under a key of the settings: several, one, or none."""
    named = config.get(key) or []
    return [str(name) for name in (named if isinstance(named, list) else [named])]


def _named_apart(units: Sequence[Unit], path: Path) -> Iterator[Unit]:
    """The units; those that a person grades get a number after a name that is taken. Raise CourseError for those with
    tests: whose would a check of that name be?"""
    taken: set[str] = set()
    for unit in units:
        if unit.id in taken and unit.tests:
            raise CourseError(
                "{path}: there are two questions {name}. Give one of them another name", path=path, name=repr(unit.id)
            )
        own = next(name for name in chain([unit.id], (f"{unit.id}-{n}" for n in count(2))) if name not in taken)
        taken.add(own)
        yield replace(unit, id=own)
