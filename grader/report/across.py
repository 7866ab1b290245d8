"""One gradebook of several assignments: a row for each participant, a column for each assignment."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from grader.people import Person
from grader.report.gradebook import escape_formula
from grader.report.late import penalty
from grader.report.run import Run

Key = tuple[str, str, str]


@dataclass(slots=True)
class _Person:
    """A participant's points by assignment; None where something is not judged yet."""

    name: str
    id: str
    email: str
    points: dict[str, float | None] = field(default_factory=dict)


def text(runs: Mapping[str, Run]) -> str:
    """As CSV, of the runs by the names of their assignments.

    Who handed in nothing has 0; the total is empty where a part of it is not judged yet. What was handed in late has
    lost its penalty.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["participant", "id", "email", *map(escape_formula, runs), "total", "max_total"])
    most = sum(run.max_score for run in runs.values())
    for person in _people(runs):
        points = [person.points.get(name, 0.0) for name in runs]
        known = [one for one in points if one is not None]
        total = sum(known) if len(known) == len(points) else None
        who = map(escape_formula, (person.name, person.id, person.email))
        writer.writerow([*who, *map(_cell, points), _cell(total), f"{most:g}"])
    return out.getvalue()


def _people(runs: Mapping[str, Run]) -> Iterator[_Person]:
    people: dict[Key, _Person] = {}
    for name, run in runs.items():
        for grade in run.scores:
            notebook = grade.notebook
            key = (notebook.participant, notebook.participant_id, notebook.email)
            lost = penalty(grade.score, notebook.handed_in, name, run.config.late)
            score = None if grade.open_points else grade.score - lost
            people.setdefault(key, _Person(*key)).points[name] = score
        for person in run.missing or ():
            people.setdefault(_key(person), _Person(*_key(person)))
        for person in run.doubtful:  # what may be theirs is in another row
            people.setdefault(_key(person), _Person(*_key(person))).points[name] = None
    return iter(sorted(people.values(), key=lambda person: (person.name.casefold(), person.id)))


def _key(person: Person) -> Key:
    return person.name, person.id, person.email


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
