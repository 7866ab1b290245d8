"""Reads an assignment of any form: the notebook itself tells which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from grader.course.assignment import Assignment
from grader.course.files import refuse_size
from grader.course.readers import nbgrader, otter
from grader.course.readers.sources import RawNotebook, read_raw
from grader.errors import CourseError

MAX_LOOKED_AT = 20_000  # files around a notebook, which may lie anywhere
Read = Callable[[RawNotebook, tuple[Path, ...]], Assignment]
FORMS: Sequence[tuple[Callable[[RawNotebook], bool], Read]] = (
    (otter.is_otters, otter.read),
    (nbgrader.is_nbgraders, nbgrader.read),
)
"""For each form, whether a notebook has it, and its reader."""


def read_assignment(path: Path) -> Assignment:
    """The assignment in a source notebook. Raise CourseError where it is none, or has a fault. It may have no units: of
    several notebooks of one assignment some only explain."""
    notebook = read_raw(path)
    for has_form, read in FORMS:
        if has_form(notebook):
            return _whole(read(notebook, files_beside(notebook)))
    raise CourseError(
        "{path}: it is no source notebook of nbgrader's or otter's: no cell is marked. Name a notebook with solutions "
        "and tests, or the folder of a course",
        path=path,
    )


def is_source(path: Path) -> bool:
    """Whether a notebook has one of the forms."""
    notebook = read_raw(path)
    return any(has_form(notebook) for has_form, _ in FORMS)


def files_beside(notebook: RawNotebook) -> tuple[Path, ...]:
    """What lies beside a notebook and below, as paths from its folder; not notebooks, nor what is hidden."""
    folder = notebook.path.absolute().parent
    near = [path for path in sorted(islice(folder.rglob("*"), MAX_LOOKED_AT)) if path.is_file()]
    return tuple(path for path in (one.relative_to(folder) for one in near) if not _is_aside(path))


def _is_aside(path: Path) -> bool:
    hidden = any(part.startswith(".") or part == "__pycache__" for part in path.parts)
    return hidden or path.suffix == ".ipynb" or path.name in _NBGRADERS


_NBGRADERS = frozenset({"nbgrader_config.py", "gradebook.db"})


def _whole(assignment: Assignment) -> Assignment:
    folder = assignment.path.absolute().parent
    refuse_size(folder, [folder / name for name in assignment.files])
    return assignment
