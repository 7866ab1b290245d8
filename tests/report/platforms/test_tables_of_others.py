"""The tables of grades of nbgrader and otter, and one gradebook of several assignments."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from grader.config import Config
from grader.model import Grade
from grader.people import Person
from grader.report import across, late
from grader.report.platforms import nbgrader, otter
from grader.report.run import Run
from tests.sample_run import COURSE, FORMULA, MIXED, UNREADABLE, run

NBGRADERS = (
    "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,"
    "late_submission_penalty,score,max_score"
)
RULE = late.parse("10 2026-11-30T12:00Z")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def handed_in(name: str, when: str = "") -> Grade:
    return replace(MIXED, notebook=replace(MIXED.notebook, participant=name, ids=(), email="", handed_in=when))


def with_rule(*grades: Grade, missing: tuple[Person, ...] | None = None) -> Run:
    return Run(grades, COURSE, Config(lang="en", late=RULE), missing)


def test_nbgraders_table_has_its_columns_and_what_was_lost() -> None:
    grade, absent = handed_in("Anna Maria Żółć", "2026-12-01 11:00:00 UTC"), Person("Jan Nowak", (), "jan", "j@e.pl")
    text = nbgrader.text(with_rule(grade, missing=(absent,)))
    assert text.splitlines()[0] == NBGRADERS
    first, second = rows(text)
    assert (first["last_name"], first["first_name"]) == ("Żółć", "Anna Maria")
    assert (first["raw_score"], first["score"]) == (f"{grade.score:g}", f"{grade.score * 0.9:g}")
    assert first["duedate"] == "2026-11-30 12:00:00+00:00"
    assert (second["student_id"], second["raw_score"], second["score"]) == ("jan", "0", "0")


def test_otters_table_begins_with_what_questions_are_worth() -> None:
    found = rows(otter.text(run(MIXED, UNREADABLE)))
    ids = [exercise.id for exercise in COURSE.exercises]
    assert list(found[0]) == ["file", *ids, "total_points_earned", "percent_correct", "grading_status"]
    assert found[0]["file"] == "points-per-question"
    assert float(found[1]["total_points_earned"]) == MIXED.score
    assert [row["grading_status"] for row in found[1:]] == ["Completed", "Error: unreadable"]


def test_nothing_in_them_is_a_formula() -> None:
    grade = handed_in(FORMULA)
    grade = replace(grade, notebook=replace(grade.notebook, path=FORMULA))
    for text in (nbgrader.text(run(grade)), otter.text(run(grade)), across.text({"ps1": run(grade)})):
        assert not any(cell.startswith("=") for row in csv.reader(io.StringIO(text)) for cell in row)


def test_one_gradebook_holds_all_assignments_and_who_missed_one_has_0_there() -> None:
    anna, jan = handed_in("Anna"), handed_in("Jan", "2026-12-01 11:00:00 UTC")
    ewa = Person("Ewa", (), "ewa")
    text = across.text({"ps1": with_rule(anna, jan, missing=(ewa,)), "ps2": with_rule(anna)})
    found = {row["participant"]: row for row in rows(text)}
    assert list(found) == ["Anna", "Ewa", "Jan"]
    assert [found[name]["ps2"] for name in ("Anna", "Ewa", "Jan")] == [f"{anna.score:g}", "0", "0"]
    assert found["Jan"]["ps1"] == f"{anna.score * 0.9:g}"
    assert found["Anna"]["total"] == f"{2 * anna.score:g}"
    assert {row["max_total"] for row in found.values()} == {f"{2 * with_rule().max_score:g}"}
