"""What notebooks of a course find around them: packages, files beside them, and folders that they can't see. It is
known before anything is graded, and without what grades."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from grader.config import Config
from grader.course.course import Course
from grader.course.places import COURSE_FILE, secret_folders
from grader.errors import CourseError
from grader.kernel.pythons import installed


def ready_for(course: Course, config: Config) -> Config:
    """The settings with what the course needs. Raise CourseError where a package of its is not installed."""
    there = installed(course.packages, config.python) if course.packages else set()
    lacking = [name for name in course.packages if name not in there]
    if lacking:
        where = config.python or sys.executable
        raise CourseError(
            "{course_file}: notebooks of this course import {lacking}, which {where} does "
            "not have. Install it there, or name a Python that has it: --python PATH",
            course_file=course.folder / COURSE_FILE,
            lacking=", ".join(lacking),
            where=where,
        )
    return with_data_files(course, replace(config, packages=course.packages))


def with_data_files(course: Course, config: Config) -> Config:
    """The settings with the files that lie beside each notebook: of an assignment only those that it names."""
    if course.data_files is None:
        return replace(config, files="", file_names=())
    names = () if course.assignment is None else (*map(str, course.assignment.files),)
    if course.assignment is not None and not names:
        return replace(config, files="", file_names=())
    return replace(config, files=str(course.data_files.resolve()), file_names=names)


def hidden_folders(folders: Iterable[Path], course: Course) -> tuple[str, ...]:
    """The folders that no participant's code may see: the course's and all installed courses', and those of the
    submissions, for one participant's code must not see another's work. Of two folders one inside the other, the outer
    one."""
    resolved = {folder.resolve() for folder in (*folders, course.folder, *secret_folders())}
    found = {folder for folder in resolved if folder != Path(folder.anchor)}  # without its root no kernel starts
    return tuple(sorted(str(folder) for folder in found if found.isdisjoint(folder.parents)))
