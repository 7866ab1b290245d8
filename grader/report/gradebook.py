"""The gradebook: a row a participant, a column an exercise."""

from __future__ import annotations

import csv
import io

from grader.report import Run


def text(run: Run) -> str:
    """CSV. A bonus stands in columns of its own. Cells that a spreadsheet would take for a formula are made inert."""
    ids = [exercise.id for exercise in run.grades[0].exercises] if run.grades else []
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["participant", "path", "status", "score", "max_score", "bonus", "max_bonus", *ids])
    for grade in run.grades:
        points = [f"{exercise.points + exercise.bonus:g}" for exercise in grade.exercises]
        totals = [f"{number:g}" for number in (grade.score, grade.max_score, grade.bonus, grade.max_bonus)]
        writer.writerow(
            [
                inert(grade.submission.participant),
                inert(grade.submission.path),
                grade.status.value,
                *totals,
                *points,
            ]
        )
    return out.getvalue()


def inert(cell: str) -> str:
    """A cell that no spreadsheet executes: a leading = + - @, tab or return is quoted."""
    cell = "".join(character if character.isprintable() else "�" for character in cell)
    return "'" + cell if cell.lstrip()[:1] in {"=", "+", "-", "@"} else cell
