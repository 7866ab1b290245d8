"""Canvas's gradebook as its import reads it: Grades > Import. The columns are those of its own export."""

from __future__ import annotations

import csv
import io

from grader.i18n import msg, render
from grader.report import Run, language
from grader.report.gradebook import escape_formula

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_ROW = "    Points Possible"


def text(run: Run) -> str:
    """A row a participant, a column for the points and one for the bonus, which is possible on top of 0 points. Where
    the grader broke the cells are left empty, and Canvas then changes nothing."""
    lang = language(run)
    title = escape_formula(render(run.course.title, lang))
    bonus = any(grade.max_bonus for grade in run.grades)
    word = render(msg("bonus"), lang)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, title, *([f"{title} ({word})"] if bonus else [])])
    possible = max((grade.max_score for grade in run.grades), default=0)
    writer.writerow([POINTS_ROW, "", "", "", "", f"{possible:g}", *(["0"] if bonus else [])])
    for grade in run.grades:
        points = ["", ""] if grade.faulted else [f"{grade.score:g}", f"{grade.bonus:g}"]
        number = grade.notebook.participant_id
        id = number if number.isdecimal() else ""
        writer.writerow([escape_formula(grade.notebook.participant), id, "", "", "", *points[: 2 if bonus else 1]])
    return out.getvalue()
