"""The folder of the results: the notebooks that count, one folder a person, and all reports of `grade -o`.

The reports are made by the very code that grades such folders: they are looked through as `grade FOLDER` does, so that
it finds the same people in the same order, with the grades that are there already.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch.run import output_files, write_reports
from grader.batch.store import with_current_names
from grader.config import Config
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import msg
from grader.model import Grade
from grader.output import write_atomically
from grader.people import Person
from grader.report import people_files
from grader.report.gradebook import escape_formula
from grader.report.run import Run
from grader.submissions.find import find
from grader.submissions.submission import Submission
from grader.submissions.tree import ROSTER

NOTEBOOKS, POINTS = "handed-in", "trainer-points.csv"


@dataclass(frozen=True, slots=True)
class Counting:
    """A person with what counts of what they handed in.

    Attributes:
        name: The name.
        number: The number on the list of participants; empty if there is none.
        files: The notebooks by their names; none if nothing is graded yet.
        grade: Its grade; None likewise.
        points: The trainer's own points.
        comment: The trainer's words.
    """

    name: str
    number: str
    files: dict[str, bytes]
    grade: Grade | None
    points: float | None
    comment: str


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the reports of a workshop are made from.

    Attributes:
        people: Everybody who joined.
        list_file: The list of participants as it was given; None if there is none.
        listed: Who is on it.
        course: The exercises.
        config: The settings.
    """

    people: tuple[Counting, ...]
    list_file: bytes | None
    listed: tuple[Person, ...]
    course: Course
    config: Config


def write_results(
    workshop: Workshop, out: Path, notebooks: Path | None = None, known: MutableMapping[str, object] | None = None
) -> Run:
    """Write the notebooks that count, by default in a folder of the results, and the reports. Raise OutputError.

    `known`: what people's own files show already, for whoever writes them again and again.
    """
    folder = notebooks or out / NOTEBOOKS
    had_people = (out / NOTEBOOKS).is_dir() and any(map(_is_folder, (out / NOTEBOOKS).iterdir()))
    folders = write_notebooks(workshop, folder)
    run = replace(_run(workshop, folder, folders), is_live=known is not None)
    if run.grades or had_people:  # else the reports that are there are not those of a workshop
        _forget_others(out, run)
    if run.grades:
        write_reports(out, run, known)
    return run


def _forget_others(out: Path, run: Run) -> None:
    """Remove the reports of people who are not there any more."""
    left = {out / people_files.FOLDER / name for name in people_files.written(run)}
    there = {path for path in people_files.existing(out) if path.parent.name == people_files.FOLDER}
    for path in report_files(out) if not run.grades else there - left:
        path.unlink(missing_ok=True)


def report_files(out: Path) -> list[Path]:
    """All reports in a folder of results, without the marks of such a folder."""
    return [path for path in output_files(out) if not path.name.startswith(".grade")]


def write_notebooks(workshop: Workshop, folder: Path) -> dict[Path, Counting]:
    """Write the notebooks that count, the list of participants and the trainer's points. What else lies in the folder
    goes. Returns whose each inner folder is."""
    owners = {folder / name: one for name, one in _folder_names(workshop) if one.files}
    wanted = {inner / name: data for inner, one in owners.items() for name, data in one.files.items()}
    wanted[folder / ROSTER] = workshop.list_file if workshop.list_file is not None else _list_of(workshop.people)
    wanted[folder / POINTS] = points_table(workshop.people).encode("utf-8-sig")
    _remove_others(folder, {*wanted, *owners})
    for path, data in wanted.items():
        if path.is_symlink() or not path.is_file() or path.read_bytes() != data:
            write_atomically(path, data)
    return owners


def points_table(people: Sequence[Counting]) -> str:
    """The trainer's own points and comments, beside what the grader gave."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("name", "id", "points", "comment"))
    for one in people:
        if one.points is not None or one.comment:
            points = "" if one.points is None else f"{one.points:g}"
            writer.writerow((*map(escape_formula, (one.name, one.number)), points, escape_formula(one.comment)))
    return out.getvalue()


def _run(workshop: Workshop, folder: Path, owners: dict[Path, Counting]) -> Run:
    course, config = workshop.course, workshop.config
    found = find([folder], [one.id for one in course.exercises], may_be_empty=True, course_names=course.called)
    counted = {submission: owners.get(_folder_of(submission)) for submission in found.submissions}
    lost = {one.name for one in owners.values()} - {one.name for one in counted.values() if one is not None}
    if lost or None in counted.values():
        text = msg(
            "{folder}: these names can't be told from names of folders: {names}. Rename the people on the board.",
            folder=str(folder),
            names=", ".join(sorted(lost)) or "?",
        )
        raise UsageError(text)
    grades = [(submission, one.grade) for submission, one in counted.items() if one is not None]
    named = tuple(with_current_names(grade, submission) for submission, grade in grades if grade is not None)
    return Run(named, course, config, found.missing, found.unmatched, found.sheets)


def _folder_of(submission: Submission) -> Path:
    return submission.files[0].path.parent


def _folder_names(workshop: Workshop) -> Iterator[tuple[str, Counting]]:
    """The name of each person's folder: the own name, or the number for who shares it with others on the list."""
    names = [person.name for person in workshop.listed]
    taken = {ROSTER, POINTS}  # somebody may well join as roster.csv
    for one in workshop.people:
        is_shared = one.number and (one.name not in names or names.count(one.name) > 1)
        name = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", one.number if is_shared else one.name).strip(". ") or "_"
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        yield name, one


def _list_of(people: Sequence[Counting]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("name",), *((one.name,) for one in people)])
    return out.getvalue().encode()


def _remove_others(folder: Path, wanted: set[Path]) -> None:
    """Remove what is not wanted any more, and all links. Raise UsageError for a folder that is somebody else's."""
    there = [*folder.iterdir()] if folder.is_dir() else []
    if there and folder / POINTS not in there:
        text = msg(
            "{folder} is there already, and holds something else. Name a folder that is not there yet.",
            folder=str(folder),
        )
        raise UsageError(text)
    for path in [*there, *(inner for one in there if _is_folder(one) for inner in one.iterdir())]:
        if path not in wanted or path.is_symlink():
            shutil.rmtree(path, ignore_errors=True) if _is_folder(path) else path.unlink(missing_ok=True)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
