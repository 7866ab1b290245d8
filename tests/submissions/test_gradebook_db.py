"""nbgrader's gradebook.db is a list of participants, and holds what a person has graded."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.submissions import gradebook_db
from grader.submissions.find import find
from tests.sample_files import EMPTY

TABLES = """
    CREATE TABLE student (id, first_name, last_name, email, lms_user_id);
    CREATE TABLE assignment (id, name, duedate, course_id);
    CREATE TABLE submitted_assignment (id, assignment_id, student_id, timestamp, extension);
    CREATE TABLE submitted_notebook (id, assignment_id, notebook_id, flagged, late_submission_penalty);
    CREATE TABLE base_cell (id, name, notebook_id, type);
    CREATE TABLE grade (id, notebook_id, cell_id, auto_score, manual_score, extra_credit, needs_manual_grade);
    CREATE TABLE comment (id, notebook_id, cell_id, auto_comment, manual_comment);
    INSERT INTO student VALUES ('zolc', 'Ola', 'Żółć', 'ola@example.org', NULL), ('nowak', NULL, NULL, NULL, NULL);
    INSERT INTO assignment VALUES ('a1', 'ps1', NULL, 'c'), ('a2', 'ps2', NULL, 'c');
    INSERT INTO submitted_assignment VALUES ('s1', 'a1', 'zolc', NULL, NULL), ('s2', 'a2', 'zolc', NULL, NULL);
    INSERT INTO submitted_notebook VALUES ('n1', 's1', 'nb', 0, 0), ('n2', 's2', 'nb', 0, 0);
    INSERT INTO base_cell VALUES ('c1', 'esej', 'nb', 'GradeCell'), ('c2', 'test', 'nb', 'GradeCell');
    INSERT INTO grade VALUES ('g1', 'n1', 'c1', NULL, 1.5, 0, 0), ('g2', 'n1', 'c2', 1, NULL, 0, 0),
                             ('g3', 'n2', 'c1', NULL, 2, 0, 0);
    INSERT INTO comment VALUES ('k1', 'n1', 'c1', NULL, 'Dobrze, ale krótko');
"""


@pytest.fixture
def gradebook(tmp_path: Path) -> Path:
    path = tmp_path / "mój kurs" / "gradebook.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(TABLES)
    return path


def test_it_is_a_list_of_participants(gradebook: Path, tmp_path: Path) -> None:
    for name in ("zolc", "nowak"):
        folder = tmp_path / "submitted" / name / "ps1"
        folder.mkdir(parents=True)
        (folder / "a.ipynb").write_text(EMPTY)
    found = find([tmp_path / "submitted"], list_file=gradebook)
    assert {(one.participant, one.id, one.email) for one in found.submissions} == {
        ("Ola Żółć", "zolc", "ola@example.org"),
        ("nowak", "nowak", ""),
    }
    assert found.missing == ()


def test_what_a_person_graded_is_as_manual_csv_has_it(gradebook: Path) -> None:
    assert gradebook_db.scores_as_csv(gradebook, "ps1").decode() == (
        'participant,unit,points,comment,id\nOla Żółć,esej,1.5,"Dobrze, ale krótko",zolc\n'
    )
    with pytest.raises(UsageError, match="nobody has points from a person in the assignment ps3"):
        gradebook_db.scores_as_csv(gradebook, "ps3")


def test_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE something (a)")
        database.commit()
    with pytest.raises(UsageError, match="can't be read as nbgrader's gradebook: no such table"):
        find([tmp_path], list_file=path)
