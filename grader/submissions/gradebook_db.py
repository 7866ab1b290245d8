"""nbgrader's gradebook.db: the names of its students, and the points that a person gave."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.i18n import msg

MAGIC = b"SQLite format 3\0"
_STUDENTS = "SELECT id, first_name, last_name, email FROM student ORDER BY id"
# What a person says of an answer hangs on its solution cell, and the points on its grade cell: two rows of one name.
_SCORES = """
    SELECT student.id, student.first_name, student.last_name, graded.name, grade.manual_score,
           (SELECT comment.manual_comment FROM comment JOIN base_cell AS said ON said.id = comment.cell_id
            WHERE comment.notebook_id = grade.notebook_id AND said.name = graded.name
              AND comment.manual_comment IS NOT NULL),
           NOT EXISTS (SELECT * FROM base_cell AS answer
            WHERE answer.notebook_id = graded.notebook_id AND answer.name = graded.name
              AND answer.type IN ('SolutionCell', 'TaskCell'))
    FROM grade
    JOIN base_cell AS graded ON graded.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    JOIN student ON student.id = submitted_assignment.student_id
    WHERE assignment.name = ? AND grade.manual_score IS NOT NULL
    ORDER BY student.id, graded.name
"""


@dataclass(frozen=True, slots=True)
class Score:
    """Points that a person gave.

    Attributes:
        participant, id: Whose: the name, and what nbgrader knows the person by.
        unit: For what: the grade_id of a cell.
        points: How many.
        comment: What the person said; "" where that is nothing.
        is_test: Whether they stand in the place of those that a test gave.
    """

    participant: str
    id: str
    unit: str
    points: float
    comment: str
    is_test: bool


def students_as_csv(path: Path) -> bytes:
    """The students as a list of participants. Raise UsageError where it is no gradebook of nbgrader's."""
    rows = [(first or "", last or "", id, email or "") for id, first, last, email in _query(path, _STUDENTS)]
    return _csv([("first name", "last name", "login", "email"), *rows])


def read_scores(path: Path, assignment: str) -> list[Score]:
    """What a person gave in an assignment. Raise UsageError where that is nothing, or where it is no gradebook of
    nbgrader's."""
    scores = [
        Score(" ".join(filter(None, (first, last))) or id, id, unit, float(points), comment or "", bool(is_test))
        for id, first, last, unit, points, comment, is_test in _query(path, _SCORES, assignment)
    ]
    if not scores:
        raise UsageError(
            msg(
                "{file}: nobody has points from a person in the assignment {name}. Is the name right?",
                file=str(path),
                name=assignment,
            )
        )
    return scores


def scores_as_csv(scores: Iterable[Score]) -> bytes:
    """The scores as manual.csv has them: without those of tests, which this grader grades itself."""
    rows = [(one.participant, one.unit, f"{one.points:g}", one.comment, one.id) for one in scores if not one.is_test]
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
