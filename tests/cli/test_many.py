"""A folder of several assignments: each is graded by itself, on its own notebooks, and one gradebook holds all."""

from __future__ import annotations

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.cli import many
from grader.course.loader import assignment_folders
from grader.errors import UsageError
from grader.submissions.find import find
from tests.cli.test_grade import command
from tests.source_notebooks import graded, solution, write


def source(folder: Path, name: str, notebook: str) -> Path:
    return write(
        folder / name / notebook,
        solution("x", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
        graded(f"test_{name}", "assert x == 1", points=2),
    )


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course as nbgrader lays it out: Ola handed in both assignments, Jan the second only."""
    for name, notebook in (("zadania10", "Zadanie.ipynb"), ("zadania2", "Zadanie.ipynb")):
        source(tmp_path / "kurs" / "source", name, notebook)
    (tmp_path / "kurs" / "source" / "szkice").mkdir()
    for person, name, answer in (("ola", "zadania2", 1), ("ola", "zadania10", 2), ("jan", "zadania10", 1)):
        path = tmp_path / "kurs" / "submitted" / person / name / "Zadanie.ipynb"
        write(path, solution("x", f"x = {answer}"), graded(f"test_{name}", "assert x == 1", points=2))
        (path.parent / "timestamp.txt").write_text("2026-11-27 10:00:00.000000 UTC", "utf-8")
    return tmp_path / "kurs"


def test_the_assignments_come_in_natural_order_and_other_folders_are_none(course: Path) -> None:
    assert [folder.name for folder in assignment_folders(course)] == ["zadania2", "zadania10"]
    assert [folder.name for folder in assignment_folders(course / "source")] == ["zadania2", "zadania10"]
    assert assignment_folders(course / "source" / "zadania2") == []
    assert assignment_folders(course / "nowhere") == []


def test_each_assignment_takes_its_own_notebooks_only(course: Path) -> None:
    others = frozenset({"zadania10"})
    found = find([course / "submitted"], course_names=["zadania2"], other_names=others, may_be_empty=True)
    assert [(one.participant, [file.shown for file in one.files]) for one in found.submissions] == [
        ("ola", [str(course / "submitted" / "ola" / "zadania2" / "Zadanie.ipynb")])
    ]
    assert found.passed_over == ()
    assert found.submissions[0].handed_in == "2026-11-27 10:00:00.000000 UTC"


def test_one_gradebook_holds_all_assignments(course: Path, tmp_path: Path) -> None:
    out = tmp_path / "wyniki"
    done = command("--course", course, course / "submitted", "-o", out, "--late", "10 zadania10=2026-11-27T09:59Z")
    assert done.returncode == 1, done.stderr
    assert str(out / "gradebook.csv") in done.stderr
    rows = list(csv.reader((out / "gradebook.csv").read_text("utf-8").splitlines()))
    assert rows == [
        ["participant", "id", "email", "zadania2", "zadania10", "total", "max_total"],
        ["jan", "", "", "0", "1.8", "1.8", "4"],
        ["ola", "", "", "2", "0", "2", "4"],
    ]
    table = list(csv.DictReader((out / "nbgrader.csv").read_text("utf-8").splitlines()))
    assert [(row["assignment"], row["student_id"], row["score"]) for row in table] == [
        ("zadania2", "ola", "2"),
        ("zadania10", "jan", "1.8"),
        ("zadania10", "ola", "0"),
    ]
    assert (out / "zadania2" / "report.html").is_file()


@pytest.mark.parametrize("chosen", [{"reports": ("json",)}, {"watch": True}, {"only": ("q1",)}])
def test_what_is_for_one_assignment_is_refused(chosen: dict[str, Any]) -> None:
    options: Any = SimpleNamespace(**{"reports": (), "watch": False, "only": (), **chosen})
    with pytest.raises(UsageError, match="names a folder of 2 assignments"):
        many.grade_each(options, [Path("ps1"), Path("ps2")], lambda *_: pytest.fail("nothing is graded"))
