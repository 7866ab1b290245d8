"""nbgrader's table of grades, as `nbgrader export` writes it: a row for each participant and assignment."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from grader.model import Grade
from grader.people import Person
from grader.report.gradebook import escape_formula
from grader.report.late import penalty
from grader.report.run import Run

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def text(run: Run) -> str:
    return text_of({run.course.id: run})


def text_of(runs: Mapping[str, Run]) -> str:
    """The table of several assignments, by their names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, run in runs.items():
        for row in _rows(name, run):
            writer.writerow([escape_formula(cell) if isinstance(cell, str) else f"{cell:g}" for cell in row])
    return out.getvalue()


def _rows(name: str, run: Run) -> Iterator[list[str | float]]:
    """Who handed in nothing has 0, as there. The scores are empty where something is not judged yet, or it is not
    certain whose it is."""
    yield from (_row(grade, name, run) for grade in run.scores)
    for person in (*(run.missing or ()), *run.doubtful):
        who = [_id(person), *_names(person.name), person.email]
        score: str | float = "" if person in run.doubtful else 0.0
        yield [name, _due(name, run), "", *who, score, score, score, run.max_score]


def _row(grade: Grade, name: str, run: Run) -> list[str | float]:
    notebook = grade.notebook
    who = [notebook.participant_id or notebook.participant, *_names(notebook.participant), notebook.email]
    lost = penalty(grade.score, notebook.handed_in, name, run.config.late)
    is_open = bool(grade.open_points)
    scores: list[str | float] = ["", "", ""] if is_open else [grade.score, lost, grade.score - lost]
    return [name, _due(name, run), notebook.handed_in, *who, *scores, grade.max_score]


def _due(name: str, run: Run) -> str:
    due = dict(run.config.late.due) if run.config.late is not None else {}
    limit = due.get(name, due.get(""))
    return str(limit) if limit is not None else ""


def _id(person: Person) -> str:
    return person.id or person.login or person.name


def _names(name: str) -> tuple[str, str]:
    """The last name and the first ones."""
    first, _, last = name.rpartition(" ")
    return last, first
