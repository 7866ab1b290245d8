"""Reads an assignment of any form: the notebook itself tells which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from grader.course.assignment import Assignment
from grader.course.readers import nbgrader
from grader.course.readers.sources import RawNotebook, read_raw
from grader.errors import CourseError

Read = Callable[[RawNotebook, tuple[Path, ...]], Assignment]
FORMS: Sequence[tuple[Callable[[RawNotebook], bool], Read]] = ((nbgrader.is_nbgraders, nbgrader.read),)
"""For each form, whether a notebook has it, and its reader."""


def read_assignment(path: Path) -> Assignment:
    """The assignment in a source notebook. Raise CourseError where it is none, or has a fault."""
    notebook = read_raw(path)
    for has_form, read in FORMS:
        if has_form(notebook):
            return _whole(read(notebook, data_files(path.parent)))
    raise CourseError(
        "{path}: it is no source notebook of nbgrader's or otter's: no cell is marked. Name a notebook with solutions "
        "and tests, or the folder of a course",
        path=path,
    )


def is_source(path: Path) -> bool:
    """Whether a notebook has one of the forms."""
    notebook = read_raw(path)
    return any(has_form(notebook) for has_form, _ in FORMS)


def data_files(folder: Path) -> tuple[Path, ...]:
    """The files that participants get with the notebooks of a folder: all but notebooks and what is hidden."""
    found = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return tuple(path for path in found if path.suffix != ".ipynb" and not any(_is_aside(part) for part in path.parts))


def _is_aside(part: str) -> bool:
    return part.startswith(".") or part in ("__pycache__", "nbgrader_config.py", "gradebook.db", "header.ipynb")


def _whole(assignment: Assignment) -> Assignment:
    if not assignment.units:
        raise CourseError("{path}: no cell of it has points. Give some to the cells with tests", path=assignment.path)
    return assignment
