"""What is left to do when a workshop is over: `grade serve export`, `data`, `erase` and `purge`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.batch.store import open_store
from grader.config import Config
from grader.course import loader
from grader.course.places import find_course
from grader.errors import UsageError
from grader.i18n import Text, msg, msgs
from grader.serve import results
from grader.serve.attempts import Attempts
from grader.serve.classroom import Classroom, Rules
from grader.serve.database import open_database, require
from grader.serve.personal import personal_data
from grader.serve.purge import purge
from grader.serve.roll import Participant, Roll
from grader.serve.settings import Settings
from grader.submissions import roster


def export(out: Path, folder: Path, course_dir: Path | None, config: Config) -> Iterator[Text]:
    """Write the notebooks that count to a folder, and the reports once more, with the addresses that the notebooks have
    there: so they are what `grade FOLDER` makes of it."""
    with _reopen(out, course_dir, config) as classroom:
        run = results.write_results(classroom.workshop(), out, folder)
    yield msgs(
        "The notebook of {n} person is in {folder}.",
        "The notebooks of {n} people are in {folder}.",
        len(run.grades),
        folder=str(folder),
    )
    yield msg("The gradebook: {file}", file=str(out / "gradebook.csv"))


def data_of(out: Path, name: str) -> str:
    """All that is kept about a person, as JSON. Raise UsageError if there is no such person."""
    require(out)
    with open_database(out) as database:
        return personal_data(Attempts(database, (), "", "best"), _find(database, name))


def erase(out: Path, name: str, course_dir: Path | None, config: Config) -> Text:
    """Erase a person. Raise UsageError if there is none of this name."""
    with _reopen(out, course_dir, config) as classroom:
        person = _find_in(classroom.roll, name)
        classroom.roll.remove(person)
        results.write_results(classroom.workshop(), out)
    return msg("{name} is erased, from the reports too.", name=person.name)


def purge_all(out: Path) -> Text:
    """Erase the workshop."""
    require(out)
    with open_store(out, {}):
        purge(out)
    return msg("The workshop in {folder} is erased.", folder=str(out))


@contextmanager
def _reopen(out: Path, course_dir: Path | None, config: Config) -> Iterator[Classroom]:
    """The workshop in a folder, while no server works there."""
    require(out)
    course = loader.load(find_course(course_dir))
    with open_store(out, {}), open_database(out) as database:
        settings = Settings(database)
        given = settings.list_file
        listed = () if given is None else roster.read(given, "roster.csv").people
        rules = Rules(course, config, out, given, listed)
        attempts = Attempts(database, [one.id for one in course.exercises], "", settings.policy)
        yield Classroom(rules, Roll(database, listed, True), attempts, settings)


def _find(database: sqlite3.Connection, name: str) -> Participant:
    return _find_in(Roll(database, (), True), name)


def _find_in(roll: Roll, name: str) -> Participant:
    person = roll.by_name(name)
    if person is None:
        names = ", ".join(one.name for one in roll.everybody())
        raise UsageError(msg("there is nobody called {name} here. There are: {names}", name=name, names=names or "–"))
    return person
