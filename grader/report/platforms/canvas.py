"""Canvas's gradebook as its import reads it: Grades > Import. The columns are those of its own export."""

from __future__ import annotations

import csv
import io

from grader.i18n import msg, render
from grader.model import Grade
from grader.people import Namespace, id_in
from grader.report.gradebook import escape_formula
from grader.report.run import Run

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_ROW = "    Points Possible"


def text(run: Run) -> str:
    """A row for each participant whose number in Canvas or in its institution is known.

    One column holds the points, another the bonus, out of 0 possible points. Where the grader failed, both are empty;
    what can't be judged on this machine is empty too. Canvas then changes nothing.
    """
    title = escape_formula(render(run.course.title, run.lang))
    bonus = any(grade.max_bonus for grade in run.grades)
    word = render(msg("bonus"), run.lang)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, title, *([f"{title} ({word})"] if bonus else [])])
    possible = max((grade.max_score for grade in run.grades), default=0)
    writer.writerow([POINTS_ROW, "", "", "", "", f"{possible:g}", *(["0"] if bonus else [])])
    for grade in run.grades:
        points = [
            "" if grade.faulted or grade.ungraded_points else f"{grade.score:g}",
            "" if grade.faulted or grade.ungraded_bonus else f"{grade.bonus:g}",
        ]
        name, numbers = escape_formula(grade.notebook.participant), _numbers(grade)
        if any(numbers):
            writer.writerow([name, *map(escape_formula, numbers), "", "", *points[: 2 if bonus else 1]])
    return out.getvalue()


def left_out(run: Run) -> tuple[str, ...]:
    """The participants whom Canvas can't find by any known number."""
    return tuple(grade.notebook.participant for grade in run.grades if not any(_numbers(grade)))


def _numbers(grade: Grade) -> tuple[str, str]:
    """The number in Canvas, and the one in the institution; empty where it is not known."""
    own = id_in(grade.notebook.ids, Namespace.CANVAS)
    return own if own.isdecimal() else "", id_in(grade.notebook.ids, Namespace.SIS)
