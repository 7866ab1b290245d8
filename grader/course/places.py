"""Where courses are: the built-in one, those that are installed as packages (entry point group `grader.courses`), and
folders."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from grader import PACKAGE
from grader.errors import CourseError

COURSE_FILE = "course.toml"
GROUP = "grader.courses"
SOURCE = "source"  # in a package: holds the folder of an assignment, as nbgrader's does


def find_course(named: str | os.PathLike[str] | None = None) -> Path:
    """The folder of the course of this name or in this folder; without one, of the course that comes with the grader.
    Raise CourseError if there is none to choose.

    A text that is the name of an installed course means that course, even if there is such a folder: the working folder
    may be a participant's. A path, or `./NAME`, always means a folder.
    """
    if named is None:
        return _built_in() or _only_one(installed_courses())
    installed = installed_courses().get(named) if isinstance(named, str) else None
    return installed or Path(named)


def installed_courses() -> dict[str, Path]:
    """The folder of each course that is installed as a package, by its name. Nothing in it is run or imported."""
    folders = {point.name: _folder(point) for point in _entry_points()}
    return {name: folder for name, folder in folders.items() if folder is not None}


def secret_folders() -> set[Path]:
    """All courses that lie on this machine as packages: their folders, and the metadata that list the files in them."""
    files = (file for point in _entry_points() if point.dist for file in point.dist.files or ())
    records = {Path(str(file.locate())).parent for file in files if file.name == "RECORD"}
    return {*records, *installed_courses().values(), *filter(None, [_built_in()])}


@lru_cache
def _entry_points() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


def _folder(point: EntryPoint) -> Path | None:
    """Where the course lies that an entry point names: a package, or the assignment in it."""
    if point.dist is None:
        return None
    folder = Path(str(point.dist.locate_file(point.value.replace(".", "/"))))
    if not folder.is_dir():
        return None
    assignments = [] if (folder / COURSE_FILE).is_file() else [*folder.glob(f"{SOURCE}/*/")]
    return assignments[0] if assignments else folder


def _built_in() -> Path | None:
    """The course that comes with the grader: in an installed package, or beside it in a checkout."""
    places = (PACKAGE / "_course", PACKAGE.parent / "reference")
    return next((folder for folder in places if (folder / COURSE_FILE).is_file()), None)


def _only_one(courses: dict[str, Path]) -> Path:
    if len(courses) == 1:
        return next(iter(courses.values()))
    if courses:
        raise CourseError(
            "several courses are installed: {names}. Choose one: --course NAME", names=", ".join(sorted(courses))
        )
    raise CourseError(
        "this grader has no course of its own, and none is installed. Install one: pip install COURSE.whl, or give the "
        "folder of one: --course DIR"
    )
