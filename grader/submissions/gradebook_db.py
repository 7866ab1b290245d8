"""nbgrader's gradebook.db: the names of its students, and the points that a person gave."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from grader.errors import UsageError
from grader.i18n import msg

MAGIC = b"SQLite format 3\0"
_STUDENTS = "SELECT id, first_name, last_name, email FROM student ORDER BY id"
_SCORES = """
    SELECT student.id, student.first_name, student.last_name, base_cell.name, grade.manual_score,
           comment.manual_comment
    FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    JOIN student ON student.id = submitted_assignment.student_id
    LEFT JOIN comment ON comment.notebook_id = grade.notebook_id AND comment.cell_id = grade.cell_id
    WHERE assignment.name = ? AND grade.manual_score IS NOT NULL
    ORDER BY student.id, base_cell.name
"""


def students_as_csv(path: Path) -> bytes:
    """The students as a list of participants. Raise UsageError where it is no gradebook of nbgrader's."""
    rows = [(first or "", last or "", id, email or "") for id, first, last, email in _query(path, _STUDENTS)]
    return _csv([("first name", "last name", "login", "email"), *rows])


def scores_as_csv(path: Path, assignment: str) -> bytes:
    """The points and comments that a person gave in an assignment, as manual.csv has them. Raise UsageError where there
    are none, or where it is no gradebook of nbgrader's."""
    rows = [
        (" ".join(filter(None, (first, last))) or id, unit, f"{points:g}", comment or "", id)
        for id, first, last, unit, points, comment in _query(path, _SCORES, assignment)
    ]
    if not rows:
        raise UsageError(
            msg(
                "{file}: nobody has points from a person in the assignment {name}. Is the name right?",
                file=str(path),
                name=assignment,
            )
        )
    return _csv([("participant", "unit", "points", "comment", "id"), *rows])


def _query(path: Path, query: str, *values: str) -> Iterator[tuple[str, ...]]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return iter(database.execute(query, values).fetchall())
    except sqlite3.Error as error:
        problem = msg("{file} can't be read as nbgrader's gradebook: {reason}.", file=str(path), reason=str(error))
        raise UsageError(problem) from error


def _csv(rows: Sequence[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()
