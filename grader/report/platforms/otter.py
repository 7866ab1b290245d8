"""Otter's table of grades, as `otter grade` writes it: what each question is worth, then a row for each notebook."""

from __future__ import annotations

import csv
import io

from grader.model import Grade, SubmissionStatus
from grader.report.gradebook import escape_formula
from grader.report.run import Run

POSSIBLE = "points-per-question"


def text(run: Run) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    ids = [exercise.id for exercise in run.exercises]
    writer.writerow(["file", *ids, "total_points_earned", "percent_correct", "grading_status"])
    worth = [f"{exercise.worth:g}" for exercise in run.exercises]
    writer.writerow([POSSIBLE, *worth, f"{run.max_score:g}", "", ""])
    for grade in run.scores:
        writer.writerow(_row(grade, ids))
    return out.getvalue()


def _row(grade: Grade, ids: list[str]) -> list[str]:
    """An empty cell is what is not judged yet."""
    points = {
        one.id: "" if one.needs or one.by_hand_points else f"{one.points + one.bonus:g}" for one in grade.exercises
    }
    is_open = bool(grade.open_points)
    total = "" if is_open else f"{grade.score:g}"
    percent = "" if is_open or not grade.max_score else f"{grade.score / grade.max_score:g}"
    status = "Completed" if grade.status is SubmissionStatus.GRADED else f"Error: {grade.status.value}"
    return [escape_formula(grade.notebook.path), *(points.get(id, "") for id in ids), total, percent, status]
