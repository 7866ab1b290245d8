"""Which cells of a notebook get which answers from `input()`: those of the exercise that they are about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.config import CellInput
from grader.course.course import Course, Exercise
from grader.model import Cell, Notebook
from grader.submissions.bound_names import read_bound_names


def cell_input(course: Course, notebook: Notebook) -> tuple[CellInput, ...]:
    """The answers that the course has for the notebook's cells."""
    if not any(exercise.input for exercise in course.exercises):
        return ()
    about = cells_about(course.tested, notebook.cells)
    asking = [exercise for exercise in course.tested if exercise.input]
    groups = [(tuple(cell for cell, owner in about.items() if owner is one), one.input) for one in asking]
    return tuple(CellInput(cells, lines) for cells, lines in groups if cells)


def cells_about(exercises: Sequence[Exercise], cells: Sequence[Cell]) -> dict[int, Exercise]:
    """What each cell is about: the exercise for which it gives a name, or else the one that it mentions, or else the
    next one for which a cell gives a name. Of cells after all that, nobody knows."""
    about: dict[int, Exercise] = {}
    following: Exercise | None = None
    for cell in reversed(cells):
        bound, words = set(read_bound_names([cell]).bound), set(re.findall(r"\w+", cell.source))
        giving = _first(exercises, bound)
        following = giving or following
        owner = giving or _first(exercises, words) or following
        if owner is not None:
            about[cell.index] = owner
    return about


def _first(exercises: Sequence[Exercise], names: set[str]) -> Exercise | None:
    return next((exercise for exercise in exercises if names.intersection(exercise.names)), None)
