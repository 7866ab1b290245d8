"""An assignment as a notebook holds it: solutions, tests and what is given, cell by cell. Readers of each form make it
(`grader/course/readers/`); nothing of it but what participants get reaches their code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from grader.i18n import Text


class Role(Enum):
    """What a cell of the source is for."""

    SOLUTION = "solution"  # participants write it; the source holds the course's own
    TESTS = "tests"  # runs in the grader, at its place
    GIVEN = "given"  # code that participants get; the course's own version runs in the grader too
    BY_HAND = "by hand"  # participants write it, and a person reads it
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell of the source.

    Attributes:
        role: what it is for.
        source: the author's version, without marks: the solution, or the tests with the hidden ones.
        is_code: whether it is a code cell.
        stub: what participants get in its place; None where they get no such cell.
        id: its name in the notebook's metadata, which participants' copies keep if nothing strips it (grade_id); ""
            where it has none.
        locked: whether participants are not to change it: the course's version counts.
        hidden_lines: the lines of `source`, from 1, that are not in `stub`.
        number: of the cell in the source's file, from 1; 0 where it is none of the author's.
    """

    role: Role
    source: str
    is_code: bool = True
    stub: str | None = ""
    id: str = ""
    locked: bool = False
    hidden_lines: frozenset[int] = frozenset()
    number: int = 0


@dataclass(frozen=True, slots=True)
class TestCase:
    """What has a verdict of its own: a cell of tests that ends without an exception, or does not.

    Attributes:
        id: unique in its unit.
        title: what people call it.
        cell: the place of its cell among the assignment's.
        points: what it is worth.
        on_pass, on_fail: what the author says to the participant then.
    """

    id: str
    title: str
    cell: int
    points: float
    on_pass: str = ""
    on_fail: str = ""

    __test__ = False  # pytest


@dataclass(frozen=True, slots=True)
class Unit:
    """What the points are given for: a graded cell of nbgrader's, a question of otter's.

    Attributes:
        id: unique in the assignment.
        title: what people call it.
        points: what it is worth; the points of its tests add up to that.
        tests: its tests, in order; empty where a person gives the points.
        answer: the place of the cell where participants answer; None where that is not known.
        all_or_nothing: whether one test that fails costs all points.
        by_hand: why a person gives the points; None where tests do.
    """

    id: str
    title: str
    points: float
    tests: tuple[TestCase, ...] = ()
    answer: int | None = None
    all_or_nothing: bool = False
    by_hand: Text | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """What random numbers are drawn from in each cell, as otter sets it before each.

    Attributes:
        value: the seed.
        variable: the variable that gets it; "" where Python's and numpy's generators do.
    """

    value: int
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment.

    Attributes:
        name: what nbgrader and otter call it: the name of its folder or file.
        title: what people call it.
        path: the source notebook; of several, the first.
        sources: the names of all source notebooks in their folder.
        cells: the source's cells, in order.
        units: in the notebook's order.
        files: data files beside the notebook that participants get with it, as their paths from its folder.
        language: of the kernel, such as "python".
        seed: what each cell draws random numbers from; None where nobody sets it.
    """

    name: str
    title: str
    path: Path
    cells: tuple[SourceCell, ...]
    units: tuple[Unit, ...]
    sources: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    language: str = "python"
    seed: Seed | None = None

    @property
    def points(self) -> float:
        return sum(unit.points for unit in self.units)
