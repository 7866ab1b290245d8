"""Reads an assignment of any form: the notebook itself tells which."""

from __future__ import annotations

import re
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
    """The assignment in a source notebook. Raise CourseError where it is none, or has a fault."""
    notebook = read_raw(path)
    for has_form, read in FORMS:
        if has_form(notebook):
            return _whole(read(notebook, data_files(notebook)))
    raise CourseError(
        "{path}: it is no source notebook of nbgrader's or otter's: no cell is marked. Name a notebook with solutions "
        "and tests, or the folder of a course",
        path=path,
    )


def is_source(path: Path) -> bool:
    """Whether a notebook has one of the forms."""
    notebook = read_raw(path)
    return any(has_form(notebook) for has_form, _ in FORMS)


def data_files(notebook: RawNotebook) -> tuple[Path, ...]:
    """The files that participants get with a notebook: of one in nbgrader's folders all that lie beside it, of any
    other those that its code names. Raise CourseError where they are more than each kernel can have of its own."""
    folder = notebook.path.absolute().parent
    near = sorted(islice(folder.rglob("*"), MAX_LOOKED_AT))
    found = [path for path in near if not _is_aside(path.relative_to(folder)) and path.is_file()]
    if folder.parent.name not in ("source", "release"):
        code = "\n".join(cell.source for cell in notebook.cells if cell.kind == "code")
        found = [path for path in found if _is_named(path.relative_to(folder), code)]
    refuse_size(folder, found)
    return tuple(path.relative_to(folder) for path in found)


def _is_aside(path: Path) -> bool:
    hidden = any(part.startswith(".") or part == "__pycache__" for part in path.parts)
    return hidden or path.suffix == ".ipynb" or path.name in _NBGRADERS


_NBGRADERS = frozenset({"nbgrader_config.py", "gradebook.db"})


def _is_named(path: Path, code: str) -> bool:
    """Whether code names a file, by its name or by that of its folder; a module by that of the module."""
    words = [path.name, *(f"{part}/" for part in path.parts[:-1])]
    is_imported = path.suffix == ".py" and re.search(rf"\b{re.escape(path.stem)}\b", code) is not None
    return is_imported or any(word in code for word in words)


def _whole(assignment: Assignment) -> Assignment:
    if not assignment.units:
        raise CourseError("{path}: no cell of it has points. Give some to the cells with tests", path=assignment.path)
    return assignment
