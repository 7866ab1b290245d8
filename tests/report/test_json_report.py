"""The JSON report: the same bytes for the same grades, with only what is there, and valid whatever a process sent."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec

from grader.i18n import msg
from grader.model import Part
from grader.people import Id, Namespace, Person, Unmatched
from grader.report import json_report
from grader.report.schema import Envelope
from tests import sample_class
from tests.sample_run import GRADES, HOSTILE, MIXED, RIGHT, run


def test_the_report_is_encoded_from_the_types_of_its_schema() -> None:
    for one in (run(), sample_class.run(), run(lang="pl")):
        assert msgspec.json.decode(json_report.text(one), type=Envelope, strict=False) is not None
    readable = sample_class.run()
    assert msgspec.json.decode(json_report.text(readable), type=Envelope) == json_report.envelope(readable)


def test_half_a_character_spoils_no_report() -> None:
    assert "\ud800" in HOSTILE
    text = json_report.text(run())
    check = json.loads(text)["submissions"][0]["exercises"][0]["checks"][1]
    assert check["actual"] == HOSTILE.replace("\ud800", "?")
    assert text.encode("utf-8")


def test_the_text_is_indented_and_ends_with_a_newline_and_only_time_differs() -> None:
    text = json_report.text(run(RIGHT))
    assert text.startswith('{\n  "schema": "grade/1",\n  "grader": "')
    assert text.endswith("}\n")
    slower = json_report.text(run(replace(RIGHT, duration_s=9.87654)))
    assert slower == text.replace('"duration_s": 0.5', '"duration_s": 9.877')


def test_the_keys_stand_in_the_order_of_the_types() -> None:
    (submission,) = json.loads(json_report.text(run(MIXED)))["submissions"]
    assert list(submission)[:5] == ["participant", "id", "path", "sha256", "status"]
    assert list(submission["exercises"][0])[-3:] == ["cell", "notes", "checks"]
    assert list(submission["cells"][0]) == ["index", "status", "error"], "nothing is there that is not known"


def test_what_is_not_known_is_left_out_and_what_is_empty_with_a_list_is_there() -> None:
    without = json.loads(json_report.text(run(RIGHT)))
    assert "missing" not in without
    assert "unmatched" not in without
    assert json.loads(json_report.text(replace(run(RIGHT), missing=())))["missing"] == []


def test_people_on_the_list_and_what_fits_nobody_are_named() -> None:
    people = (Person("Łucja Żak", (Id(Namespace.ROSTER, "7"),), email="l@x.example"), Person("Jan"))
    unmatched = (Unmatched("x", "work/x.ipynb", msg("bonus"), people),)
    found = json.loads(json_report.text(replace(run(RIGHT), missing=people, unmatched=unmatched)))
    assert found["missing"] == [
        {"participant": "Łucja Żak", "id": "7", "email": "l@x.example"}, {"participant": "Jan"}
    ]  # fmt: skip
    assert found["unmatched"] == [{"participant": "x", "path": "work/x.ipynb", "reason": "bonus"}]


def test_a_cell_of_several_files_is_counted_in_its_own() -> None:
    parts = (Part("1.ipynb", 0, "work/1.ipynb"), Part("2.ipynb", 2, "work/2.ipynb"))
    several = replace(MIXED, notebook=replace(MIXED.notebook, parts=parts))
    (submission,) = json.loads(json_report.text(run(several)))["submissions"]
    cells = [(cell["index"], cell["file"]) for cell in submission["cells"]]
    assert cells == [(1, "1.ipynb"), (0, "2.ipynb"), (1, "2.ipynb"), (2, "2.ipynb"), (3, "2.ipynb")]
    exercises = [(one["cell"], one.get("file")) for one in submission["exercises"]]
    assert exercises == [(1, "1.ipynb"), (0, "2.ipynb"), (1, "2.ipynb"), (None, None)]


def test_every_submission_is_there_once_and_in_order() -> None:
    found = json.loads(json_report.text(run()))["submissions"]
    assert [one["path"] for one in found] == [grade.notebook.path for grade in GRADES]
