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

TEXT = (Path(__file__).parent / "gradebook.sql").read_text("utf-8")  # of a real one


@pytest.fixture
def gradebook(tmp_path: Path) -> Path:
    path = tmp_path / "mój kurs" / "gradebook.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(TEXT)
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
    assert gradebook_db.scores_as_csv(gradebook_db.read_scores(gradebook, "ps1")).decode() == (
        'participant,unit,points,comment,id\nOla Żółć,esej,1.5,"Dobrze, ale krótko",zolc\nOla Żółć,rysunek,2,,zolc\n'
    )
    with pytest.raises(UsageError, match="nobody has points from a person in the assignment ps3"):
        gradebook_db.read_scores(gradebook, "ps3")


def test_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE something (a)")
        database.commit()
    with pytest.raises(UsageError, match="can't be read as nbgrader's gradebook: no such table"):
        find([tmp_path], list_file=path)
