"""The gradebook as CSV: a row for each participant, a column for each exercise."""

from __future__ import annotations

import csv
import io
import unicodedata

from grader.i18n import render
from grader.output import printable
from grader.people import Namespace, id_in
from grader.report import wording
from grader.report.run import Run


def text(run: Run) -> str:
    """The gradebook. Bonus has columns of its own, except in the exercises' columns, which hold the sum.

    Where something can't be judged on this machine, its cell and the score are empty, for they would count it as 0;
    `ungraded` says why, with the points that there are.
    A person on the list who handed in nothing has a row with status `missing`. Status `unmatched`, with no numbers, is
    for a person whose only submission may be someone else's. With a list of participants, `id` is the one on the list.
    """
    ids = [exercise.id for exercise in run.exercises]
    most, most_bonus = [_number(run.max_score)], [_number(run.max_bonus)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    totals = ["score", "max_score", "bonus", "max_bonus"]
    writer.writerow(["participant", "path", "status", *totals, *ids, "id", "email", "ungraded"])
    for grade in run.grades:
        notebook = grade.notebook
        who = [escape_formula(notebook.participant), escape_formula(notebook.path), grade.status.value]
        score = "" if grade.ungraded_points else _number(grade.score)
        bonus = "" if grade.ungraded_bonus else _number(grade.bonus)
        sums = [score, _number(grade.max_score), bonus, _number(grade.max_bonus)]
        points = ["" if one.needs else _number(one.points + one.bonus) for one in grade.exercises]
        note = escape_formula(render(wording.score(grade), run.lang)) if grade.needs else ""
        id = notebook.participant_id if run.missing is None else id_in(notebook.ids, Namespace.ROSTER)
        writer.writerow([*who, *sums, *points, escape_formula(id), escape_formula(notebook.email), note])
    for person in run.missing or ():
        zeros = ["0"] * len(ids)
        row = [escape_formula(person.name), "", "missing", "0", *most, "0", *most_bonus, *zeros]
        writer.writerow([*row, escape_formula(person.id), escape_formula(person.email), ""])
    for person in run.doubtful:
        row = [escape_formula(person.name), "", "unmatched", *[""] * (len(totals) + len(ids))]
        writer.writerow([*row, escape_formula(person.id), escape_formula(person.email), ""])
    return out.getvalue()


def _number(value: float) -> str:
    return f"{value:g}"


def escape_formula(cell: str) -> str:
    """The cell with a quote before a leading = + - @, so that no spreadsheet runs it as a formula.

    Control characters, tab and return among them, are replaced.
    """
    cell = printable(cell)
    first = unicodedata.normalize("NFKC", cell.lstrip()[:1])
    return "'" + cell if first in {"=", "+", "-", "@", "\N{MINUS SIGN}"} else cell
