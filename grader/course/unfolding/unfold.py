"""Writes an assignment out as a course in a folder: solutions, stubs, hidden tests, data, the opening cell."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import indent

from grader.course.assignment import Assignment, Role, SourceCell, TestCase, Unit
from grader.course.places import COURSE_FILE
from grader.course.readers.sources import heading_in
from grader.course.unfolding.hidden_tests import helpers, rewrite
from grader.course.unfolding.names import bound_names, parse_or_none, used_names
from grader.i18n import Text, msg

FILES = "files"
OPENING = "opening.py"
MINUTES = 10  # nobody says how long an exercise takes
_TAKEN = frozenset({"grader", "matplotlib", "numpy", "pandas", "pytest", FILES})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the course in the folder lacks.

    Attributes:
        unit: Its id.
        points: What it is worth.
        reason: Why it is left out.
    """

    unit: str
    points: float
    reason: Text


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A course as files.

    Attributes:
        files: Text or bytes by the path in the course's folder; none where no test can be taken over.
        left_out: What it lacks, in the order of the notebook.
    """

    files: Mapping[str, str | bytes]
    left_out: tuple[LeftOut, ...]


@dataclass(slots=True)
class _Exercise:
    """Cells that belong together: texts, answers, and the tests of these."""

    texts: list[str] = field(default_factory=list)
    answers: list[SourceCell] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    id: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether a person grades it."""
        return any(unit.by_hand is not None for unit in self.units)

    @property
    def solution(self) -> str:
        return _joined(cell.source for cell in self.answers)

    @property
    def title(self) -> str:
        """The last heading above the answer, otherwise what the first of its units is called."""
        return next(filter(None, map(heading_in, reversed(self.texts))), self.units[0].title)

    @property
    def bound(self) -> frozenset[str]:
        return bound_names(self.solution)


def unfold(assignment: Assignment, lang: str) -> Unfolded:
    """The assignment as a course whose texts are in this language. What can't be taken over is named, with a reason."""
    exercises, given, left_out = _Grouping(assignment).group()
    files: dict[str, str | bytes] = {OPENING: given + "\n"} if given else {}
    theirs = frozenset(name for exercise in exercises for name in exercise.bound)
    kept: list[_Exercise] = []
    for exercise in exercises:
        writer = _Writer(assignment, exercise, kept, given, theirs, lang)
        texts, refused = writer.files(), writer.refused
        left_out += refused
        if writer.tests or exercise.by_hand:
            files |= texts
            kept.append(exercise)
    if not kept:
        return Unfolded({}, tuple(left_out))
    files |= {f"{FILES}/{path.as_posix()}": (assignment.path.parent / path).read_bytes() for path in assignment.files}
    files[COURSE_FILE] = _course_file(assignment, kept, lang, bool(given))
    return Unfolded(files, tuple(left_out))


class _Grouping:
    """Puts the cells of an assignment together to exercises."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._exercises: list[_Exercise] = []
        self._open = _Exercise()
        self._given: list[str] = []
        self._theirs: set[str] = set()

    def group(self) -> tuple[list[_Exercise], str, list[LeftOut]]:
        """The exercises, the code that is given, and what no test stands for."""
        units = self._assignment.units
        tested = {test.cell: unit for unit in units for test in unit.tests}
        read = {unit.answer: unit for unit in units if unit.by_hand is not None and unit.points}
        for place, cell in enumerate(self._assignment.cells):
            if place in read and not cell.is_code:
                self._take_read(read[place])
            else:
                self._take(cell, tested.get(place))
        self._close()
        kept = {unit.id for exercise in self._exercises for unit in exercise.units}
        left_out = [LeftOut(one.id, one.points, one.by_hand) for one in units if one.by_hand and one.id not in kept]
        return self._exercises, _joined(self._given), left_out

    def _take_read(self, unit: Unit) -> None:
        """A text that a person reads is an exercise by itself."""
        if self._open.units:
            self._close()
        texts, self._open.texts = self._open.texts, []
        self._exercises.append(_Exercise(texts, [], [unit], id=_id(unit.id, [one.id for one in self._exercises])))

    def _take(self, cell: SourceCell, unit: Unit | None) -> None:
        if unit is not None:
            if unit not in self._open.units:
                self._open.units.append(unit)
            return
        if cell.role is Role.GIVEN:
            self._take_given(cell.source)
            return
        if self._open.units:
            self._close()
        if cell.role in (Role.SOLUTION, Role.BY_HAND) and cell.is_code:
            self._open.answers.append(cell)
            self._theirs |= bound_names(cell.source)
        elif cell.role is Role.TEXT and cell.stub:
            self._open.texts.append(cell.stub)

    def _take_given(self, source: str) -> None:
        """Code that needs nothing of a participant's opens the notebook; other code comes after the exercise."""
        if not source.strip():
            return
        if used_names(source) & self._theirs or parse_or_none(source) is None:
            self._open.after.append(source)
        else:
            self._given.append(source)

    def _close(self) -> None:
        done, self._open = self._open, _Exercise()
        if not done.units:
            self._open.texts, self._open.answers = done.texts, done.answers
        elif not done.answers and self._exercises and not self._exercises[-1].by_hand:
            self._exercises[-1].units += done.units  # more tests of the same answer
        else:
            done.id = _id(done.units[0].id, [one.id for one in self._exercises])
            self._exercises.append(done)


@dataclass(slots=True)
class _Writer:
    """Writes the files of one exercise.

    Attributes:
        assignment, exercise: What is written.
        earlier: The exercises before it.
        given: The code that opens the notebook.
        theirs: All names that participants bind.
        lang: Of the texts.
        tests: The hidden tests that could be written.
        refused: What could not.
    """

    assignment: Assignment
    exercise: _Exercise
    earlier: Sequence[_Exercise]
    given: str
    theirs: frozenset[str]
    lang: str
    tests: list[str] = field(default_factory=list)
    refused: list[LeftOut] = field(default_factory=list)

    def files(self) -> dict[str, str | bytes]:
        """Text by the path in the course's folder."""
        folder = self.exercise.id
        statement = "\n\n".join(self.exercise.texts or [f"## {folder}"]) + "\n"
        texts: dict[str, str | bytes] = {f"{folder}/statement.{self.lang}.md": statement}
        if self.exercise.by_hand:
            return texts
        hidden = self._hidden_tests()
        return texts | {
            f"{folder}/solution.py": self.exercise.solution + "\n",
            f"{folder}/stub.py": _joined(cell.stub or "" for cell in self.exercise.answers) + "\n",
            f"{folder}/visible.py": self._visible(),
            f"{folder}/test_{folder}.py": hidden,
        }

    def _visible(self) -> str:
        cells = self.assignment.cells
        shown = [cells[test.cell].stub or "" for unit in self.exercise.units for test in unit.tests]
        return _joined(dict.fromkeys([*shown, *self.exercise.after])) + "\n"

    def _hidden_tests(self) -> str:
        needed: set[str] = set()
        for unit in list(self.exercise.units):
            written = [(test, self._body(test)) for test in unit.tests]
            if any(body is None for _, body in written):
                reason = msg("Its test is no plain Python.")
                self.refused.append(LeftOut(unit.id, unit.points, reason))
                self.exercise.units.remove(unit)
                continue
            needed |= {name for test, _ in written for name in _used(self.assignment, test)}
            for test, body in written:
                self.tests.append(self._test(unit, test, body or ""))
        own = helpers(self.given, needed, self.theirs)
        return (
            "\n\n".join(["\n".join(filter(None, ["import pytest", own])), *(f"\n{test}" for test in self.tests)]) + "\n"
        )

    def _body(self, test: TestCase) -> str | None:
        return rewrite(self.assignment.cells[test.cell].source.strip("\n"), self.theirs)

    def _test(self, unit: Unit, test: TestCase, body: str) -> str:
        title = json.dumps(test.title or unit.title, ensure_ascii=False)
        name = re.sub(r"\W+", "_", f"{unit.id}_{test.id}" if len(unit.tests) > 1 else unit.id)
        mark = f"@pytest.mark.check(points={test.points!r}, {self.lang}={title})"
        lines = body if (tree := parse_or_none(body)) and tree.body else f"{body}\npass".lstrip()
        return f"{mark}\ndef test_{name}(notebook):\n{indent(lines, ' ' * 4)}"


def _course_file(assignment: Assignment, exercises: Sequence[_Exercise], lang: str, opens: bool) -> str:
    lines = [
        f"# Made of {assignment.path.name}. What can stand here: docs/course-files.md of the grader.",
        f"id = {_quoted(_id(assignment.name, []))}",
        f"title = {{ {lang} = {_quoted(assignment.title)} }}",
        f"languages = [{_quoted(lang)}]",
        *([f"opening = [{_quoted(OPENING)}]"] if opens else []),
        *([f"files = {_quoted(FILES)}"] if assignment.files else []),
        "",
        "[names]",
    ]
    for at, exercise in enumerate(exercises):
        tested = {name for unit in exercise.units for test in unit.tests for name in _used(assignment, test)}
        asks = sorted(exercise.bound & tested or exercise.bound) or [exercise.id]
        lines += ["", *_entry(exercise, exercises[:at], asks, lang)]
    return "\n".join(lines) + "\n"


def _used(assignment: Assignment, test: TestCase) -> frozenset[str]:
    return used_names(assignment.cells[test.cell].source)


def _entry(exercise: _Exercise, earlier: Sequence[_Exercise], asks: Sequence[str], lang: str) -> Iterator[str]:
    used = used_names(exercise.solution)
    needs = [one.id for one in earlier if one.bound & used]
    yield "[[exercises]]"
    yield f"id = {_quoted(exercise.id)}"
    yield f"title = {{ {lang} = {_quoted(exercise.title)} }}"
    yield f"minutes = {MINUTES}"
    yield f"points = {sum(unit.points for unit in exercise.units):g}"
    if exercise.by_hand:
        yield f"by_hand = [{{ points = {exercise.units[0].points:g} }}]"
    else:
        yield f"asks = [{', '.join(map(_quoted, asks))}]"
    if needs:
        yield f"needs = [{', '.join(map(_quoted, needs))}]"


def _id(name: str, taken: Sequence[str]) -> str:
    """A name for a folder and an exercise, of which there is none yet."""
    plain = re.sub(r"[^\w-]+", "-", name).strip("-_") or "exercise"
    if plain in sys.stdlib_module_names or plain in _TAKEN or plain in taken:
        return next(f"{plain}-{number}" for number in range(2, 10_000) if f"{plain}-{number}" not in taken)
    return plain


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _joined(sources: Iterator[str] | Sequence[str] | Mapping[str, None]) -> str:
    return "\n\n".join(filter(None, (source.strip("\n") for source in sources)))
