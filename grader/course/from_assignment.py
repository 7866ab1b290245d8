"""An assignment as a course: a unit is an exercise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from grader.course.assignment import Assignment, Role, SourceCell, Unit
from grader.course.bound import names_bound
from grader.course.course import ByHand, Course, Exercise
from grader.errors import CourseError
from grader.i18n import Titles


def course_of(assignment: Assignment, place: Path) -> Course:
    """The course. `place`: what it was read from, a notebook or a folder of them."""
    folder = assignment.path.absolute().parent
    return Course(
        id=assignment.name,
        title=_both(assignment.title),
        seed=0,
        carried_deduction=0.0,
        names={},
        exercises=tuple(_exercise(unit, assignment, folder) for unit in assignment.units),
        typical={},
        folder=folder,
        languages=("en",),
        data_files=folder,
        assignment=assignment,
        place=place.absolute(),
    )


def _exercise(unit: Unit, assignment: Assignment, folder: Path) -> Exercise:
    answer = assignment.cells[unit.answer] if unit.answer is not None else None
    names = names_bound(answer.source) if answer is not None and answer.is_code else ()
    tested = unit.by_hand is None
    return Exercise(
        id=unit.id,
        title=_both(unit.title),
        minutes=0,
        function=(*names, unit.id)[0] if tested else "",
        aliases=(),
        parameters=(),
        max_points=unit.points if tested else 0.0,
        max_bonus=0.0,
        needs=(),
        superseded_by=None,
        folder=folder,
        asks=(names or (unit.id,)) if tested else (),
        languages=("en",),
        by_hand=() if tested else (ByHand(unit.id, _both(unit.title), unit.points),),
        answer_cell=answer.id if answer is not None else "",
        placeholder=(answer.stub or "") if answer is not None else "",
        handed_out=(answer.stub or "") if answer is not None else "",
    )


def _both(text: str) -> Titles:
    return Titles(text, text)


def joined(assignments: Sequence[Assignment]) -> Assignment:
    """Several notebooks of one assignment as one. What has the same id in two of them is named with its notebook."""
    first = assignments[0]
    if len(assignments) == 1:
        return first
    languages = {one.language for one in assignments}
    if len(languages) > 1:
        raise CourseError(
            "{folder}: its notebooks are in several languages: {languages}. Name one of the notebooks",
            folder=first.path.parent,
            languages=", ".join(sorted(languages)),
        )
    twice = _twice(unit.id for one in assignments for unit in one.units)
    cells: list[SourceCell] = []
    units: list[Unit] = []
    for one in assignments:
        units += [_moved(unit, len(cells), one.path.stem if unit.id in twice else "") for unit in one.units]
        cells += one.cells
    name = first.path.absolute().parent.name
    sources = tuple(one.path.name for one in assignments)
    return replace(first, name=name, title=name, cells=tuple(cells), units=tuple(units), sources=sources)


def _twice(ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {id for id in ids if id in seen or seen.add(id)}  # type: ignore[func-returns-value]


def _moved(unit: Unit, by: int, notebook: str) -> Unit:
    tests = tuple(replace(test, cell=test.cell + by) for test in unit.tests)
    answer = None if unit.answer is None else unit.answer + by
    return replace(unit, id=f"{notebook}-{unit.id}" if notebook else unit.id, tests=tests, answer=answer)


def solution_cells(assignment: Assignment) -> list[tuple[int, str]]:
    """The code of the assignment solved, without its tests: the place of each cell and its source."""
    return [
        (at, cell.source)
        for at, cell in enumerate(assignment.cells)
        if cell.is_code and cell.role is not Role.TESTS and cell.source.strip()
    ]
