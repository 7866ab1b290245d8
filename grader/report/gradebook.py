"""The gradebook: a row for each participant, a column for each exercise. As CSV for programs, and for a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from grader.i18n import number, render
from grader.model import Grade
from grader.output import printable
from grader.people import Namespace, Person, id_in
from grader.report import wording
from grader.report.run import Run

Cell = str | float | None
"""A text, a number, or nothing: what can't be judged here, or isn't certain."""
_TOTALS = ("score", "max_score", "bonus", "max_bonus")


def header(run: Run) -> list[str]:
    """The names of the columns."""
    ids = [exercise.id for exercise in run.exercises]
    return ["participant", "path", "status", *_TOTALS, *ids, "id", "email", "ungraded"]


def rows(run: Run) -> Iterator[list[Cell]]:
    """A row for each participant. Bonus has columns of its own, except in the exercises' columns, which hold the sum.

    Where something can't be judged on this machine, or a person has not graded it yet, its cell and the score are
    empty, for they would count it as 0; `ungraded` says why, with the points that there are.
    A person on the list who handed in nothing has a row with status `missing`. Status `unmatched`, with no numbers, is
    for a person whose only submission may be someone else's. With a list of participants, `id` is the one on the list.
    """
    count = len(run.exercises)
    zeros: list[Cell] = [0.0, run.max_score, 0.0, run.max_bonus, *[0.0] * count]
    yield from (_row(grade, run) for grade in run.scores)
    yield from (_absent(person, "missing", zeros) for person in run.missing or ())
    yield from (_absent(person, "unmatched", [None] * (len(_TOTALS) + count)) for person in run.doubtful)


def _row(grade: Grade, run: Run) -> list[Cell]:
    notebook = grade.notebook
    score = None if grade.open_points else grade.score
    bonus = None if grade.ungraded_bonus else grade.bonus
    points = {one.id: None if one.needs or one.by_hand_points else one.points + one.bonus for one in grade.exercises}
    cells = [points.get(exercise.id) for exercise in run.exercises]
    note = render(wording.score(grade), run.lang) if grade.needs or grade.by_hand_points else ""
    id = notebook.participant_id if run.missing is None else id_in(notebook.ids, Namespace.ROSTER)
    who = [notebook.participant, notebook.path, grade.status.value]
    return [*who, score, grade.max_score, bonus, grade.max_bonus, *cells, id, notebook.email, note]


def _absent(person: Person, status: str, numbers: Sequence[Cell]) -> list[Cell]:
    return [person.name, "", status, *numbers, person.id, person.email, ""]


def text(run: Run) -> str:
    """The gradebook for programs: the same in every language."""
    return _csv(run, ",", lambda value: f"{value:g}")


def spreadsheet_text(run: Run) -> str:
    """The gradebook as a spreadsheet program of the report's language opens it: with the mark that tells it the
    encoding, and in Polish with the decimal comma, which needs another delimiter."""
    return "\ufeff" + _csv(run, ";" if run.lang == "pl" else ",", lambda value: number(value, run.lang))


def _csv(run: Run, delimiter: str, show: Callable[[float], str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header(run))
    for row in rows(run):
        writer.writerow([_cell(value, show) for value in row])
    return out.getvalue()


def _cell(value: Cell, show: Callable[[float], str]) -> str:
    if value is None:
        return ""
    return escape_formula(value) if isinstance(value, str) else show(value)


def escape_formula(cell: str) -> str:
    """The cell with a quote before a leading = + - @, so that no spreadsheet runs it as a formula.

    Control characters, tab and return among them, are replaced.
    """
    cell = printable(cell)
    first = unicodedata.normalize("NFKC", cell.lstrip()[:1])
    return "'" + cell if first in {"=", "+", "-", "@", "\N{MINUS SIGN}"} else cell
