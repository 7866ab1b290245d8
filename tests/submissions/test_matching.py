"""Nobody has another person's score: whose row on the list a submission belongs to."""

from __future__ import annotations

import csv
import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from grader.batch.workers import grade_all
from grader.config import Config
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import render
from grader.model import Grade, SubmissionStatus
from grader.report import gradebook, json_report, terminal
from grader.report.platforms import canvas, moodle
from grader.report.run import Run
from grader.submissions.find import find, remarks
from grader.submissions.submission import Submission, read_submission
from tests import sample_run
from tests.conftest import ROOT
from tests.sample_files import (
    IDS,
    MOODLE,
    lay_out,
    on_list,
    short,
)

WORKSHEET = "Identifier,Full name,Email address\nParticipant 1,Anna Kot,a@x.pl\nParticipant 2,Łucja Żak,l@x.pl\n"
GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
    '"Kot, Anna",101,s1,akot,A\n"Żak, Łucja",102,s2,lzak,A\n'
)
SWAPPED: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "a roster's ids are not Moodle's": (
        "id,name\n1,Anna Kot\n2,Łucja Żak\n",
        [MOODLE("Anna Kot", 2), MOODLE("Łucja Żak", 1)],
        {"Anna Kot": "moodle:2 roster:1", "Łucja Żak": "moodle:1 roster:2"},
    ),
    "nor Canvas's": (
        "id;name\n101;Łucja Żak\n102;Anna Kot\n",
        ["kotanna_101_5001_w.ipynb", "żakłucja_102_5002_w.ipynb"],
        {"Anna Kot": "canvas:101 roster:102", "Łucja Żak": "canvas:102 roster:101"},
    ),
    "Moodle's worksheet has Moodle's numbers": (
        WORKSHEET,
        [MOODLE("Anna Kot", 1), MOODLE("Uczestnik", 2)],
        {"Anna Kot": "moodle:1 roster:1", "Łucja Żak": "moodle:2 roster:2"},
    ),
    "Canvas's gradebook has Canvas's": (
        GRADEBOOK,
        ["kotanna_101_5001_w.ipynb", "zaklucja_LATE_102_5002_w.ipynb"],
        {"Kot, Anna": "canvas:101 roster:101 sis:s1", "Żak, Łucja": "canvas:102 roster:102 sis:s2"},
    ),
    "but not Moodle's": (
        GRADEBOOK,
        [MOODLE("Anna Kot", 102), MOODLE("Łucja Żak", 101)],
        {"Kot, Anna": "moodle:102 roster:101 canvas:101 sis:s1",
         "Żak, Łucja": "moodle:101 roster:102 canvas:102 sis:s2"},
    ),
}  # fmt: skip


def ids_of(one: Submission) -> str:
    return " ".join(f"{id.namespace.value}:{id.value}" for id in one.ids)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("case", SWAPPED)
def test_a_number_counts_only_where_it_comes_from(case: str, form: str, tmp_path: Path) -> None:
    people, names, expected = SWAPPED[case]
    found = on_list(tmp_path, people, [unicodedata.normalize(form, name) for name in names])  # type: ignore[arg-type]
    assert {one.participant: ids_of(one) for one in found.submissions} == expected
    assert (found.missing, found.strangers, found.unmatched) == ((), (), ())


DOUBTFUL: dict[str, tuple[str, list[str], list[str]]] = {
    "the number is another's on the list": (
        WORKSHEET,
        [MOODLE("Anna Kot", 2)],
        ["Anna Kot (2) has a number that is Łucja Żak's on the list. "
         "Correct the list, or the name of the file or folder."],
    ),
    "the number is that of somebody with quite another name": (
        WORKSHEET,
        [MOODLE("Ewa Obca", 2)],
        ["Ewa Obca (2) has a number that is Łucja Żak's on the list. "
         "Correct the list, or the name of the file or folder."],
    ),
    "in Canvas too": (
        GRADEBOOK,
        ["obcaewa_101_5001_w.ipynb"],
        ["obcaewa (101) has a number that is Kot, Anna's on the list. "
         "Correct the list, or the name of the file or folder."],
    ),
    "the name has another number on the list": (
        WORKSHEET,
        [MOODLE("Anna Kot", 77)],
        ["Anna Kot (77) has another number on the list. "
         "Correct one of them; or is the list that of another assignment?"],
    ),
    "namesakes on the list": (
        "name,id,email\nAnna Kot,7,\nAnna Kot,,b@x.pl\n",
        ["anna_kot.ipynb"],
        ["anna_kot fits several people on the list: Anna Kot (7), Anna Kot (b@x.pl). "
         "Tell them apart by an id or an address."],
    ),
    "namesakes at the platform, one of them on the list": (
        "name,email\nAnna Kot,a@x.pl\n",
        [MOODLE("Anna Kot", 1), MOODLE("Anna Kot", 2)],
        [f"Anna Kot ({number}) may be Anna Kot on the list, but so may another submission. "
         "Tell them apart by an id or an address." for number in (1, 2)],
    ),
    "a name and another's address": (
        "name,email\nAnna Kot,a@x.pl\nŁucja Żak,l@x.pl\n",
        ["Anna Kot l@x.pl.ipynb"],
        ["Anna Kot l@x.pl fits several people on the list: Łucja Żak (l@x.pl), Anna Kot (a@x.pl). "
         "Tell them apart by an id or an address."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBTFUL)
def test_where_names_and_numbers_do_not_decide_nobody_has_the_score(case: str, tmp_path: Path, course: Course) -> None:
    people, names, reasons = DOUBTFUL[case]
    found = on_list(tmp_path, people, names)
    assert [render(one.reason, "en") for one in found.unmatched] == reasons
    assert all(not one.email and "roster" not in ids_of(one) for one in found.submissions)
    assert set(reasons) < {render(text, "en") for text in remarks(found)}
    grades = tuple(grade_all(found.submissions, course, Config(lang="en")))
    run = Run(grades, course, Config(lang="en"), found.missing, found.unmatched)
    rows = list(csv.DictReader(gradebook.text(run).splitlines()))
    doubtful = [row for row in rows if row["status"] == "unmatched"]
    assert doubtful
    assert {(row["score"], row["1a"]) for row in doubtful} == {("", "")}
    assert not {row["participant"] for row in doubtful} & {person.name for person in found.missing or ()}
    assert [row["id"] for row in rows if row["path"]] == [""] * len(grades), "the number is no one's on the list"
    assert [one["reason"] for one in json.loads(json_report.text(run))["unmatched"]] == reasons
    jsonschema.validate(
        json.loads(json_report.text(run)), json.loads((ROOT / "docs" / "grade-1.schema.json").read_text("utf-8"))
    )
    assert "not certain what is theirs" in terminal.text(run)


def test_the_list_fits_canvas_and_moodle_and_never_guesses(tmp_path: Path) -> None:
    names = ["kotanna_101_5001_w.ipynb", "nowakjan_102_5002_w.ipynb", "nowak_103_5003_w.ipynb"]
    lay_out(tmp_path / "in", names)
    people = tmp_path / "list.csv"
    people.write_text('Student,ID\n"Kot, Anna",101\n"Nowak, Jan",9\n"Nowak, Ewa",8\n')
    found = find([tmp_path / "in"], IDS, people)
    assert list(short(found, tmp_path / "in")) == ["Kot, Anna@101", "nowak@103", "Nowak, Jan@102"]
    assert [person.name for person in found.missing or ()] == ["Nowak, Ewa"]
    with pytest.raises(UsageError, match="can't be read"):
        find([tmp_path / "in"], IDS, tmp_path / "none.csv")


def test_moodle_and_canvas_get_their_own_numbers_only(tmp_path: Path) -> None:
    names = [MOODLE("Anna Kot", 9), MOODLE("Ewa Obca", 8), "late/Łucja Żak.ipynb"]
    found = on_list(tmp_path, GRADEBOOK, names)
    submissions = [read_submission(one).notebooks[0] for one in found.submissions]
    grades = tuple(Grade(one, SubmissionStatus.GRADED, 0.0) for one in submissions)
    run = Run(grades, course_of_none(), Config(), found.missing)
    assert [line.split(",")[0] for line in moodle.text(run).splitlines()[1:]] == ["Participant 9", "Participant 8"]
    assert moodle.left_out(run) == ("Żak, Łucja",)
    rows = list(csv.reader(canvas.text(run).splitlines()))[2:]
    assert [row[:3] for row in rows] == [["Kot, Anna", "101", "s1"], ["Żak, Łucja", "102", "s2"]]
    assert canvas.left_out(run) == ("Ewa Obca",)
    rows = list(csv.DictReader(gradebook.text(run).splitlines()))
    assert [row["id"] for row in rows] == ["101", "", "102"]


def course_of_none() -> Course:
    return replace(sample_run.COURSE, exercises=())


def test_a_name_inside_a_folder_takes_nobodys_place(tmp_path: Path) -> None:
    found = on_list(tmp_path, "name\nAnna Nowak\n", ["jz/Anna Nowak.ipynb", "anna_nowak/x.ipynb"])
    assert short(found, tmp_path / "in")["Anna Nowak"] == [["anna_nowak/x.ipynb"]]
    assert [one.participant for one in found.unmatched] == ["jz"]
