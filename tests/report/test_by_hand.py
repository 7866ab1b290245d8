"""A score of which a person has not graded a part is provisional, and every report says so; then come the comments."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from grader.config import Config
from grader.course import loader
from grader.i18n import render
from grader.judging.by_hand import Mark, with_by_hand, with_marks
from grader.judging.results import blank_result
from grader.model import (
    Cell,
    CellResult,
    CellStatus,
    CheckResult,
    CheckStatus,
    ExerciseStatus,
    Grade,
    Notebook,
    SubmissionStatus,
)
from grader.people import Id, Namespace
from grader.report import class_summary, formats, gradebook, json_report, junit, next_steps, people_files, wording
from grader.report.class_summary import State
from grader.report.platforms import canvas, classroom50, github, gradescope, moodle, prairielearn
from grader.report.run import Run
from grader.report.schema import json_schema
from tests.conftest import ROOT
from tests.report.test_formats import IDENTITY

COURSE = loader.load(ROOT / "tests" / "courses" / "values")
HOSTILE = "<script>alert(1)</script> ```\n# Nagłówek | a\n\x1b[31m\u202e koniec"
PLOT = COURSE.exercise("plot")
_READ = Notebook(
    "work/żółć.ipynb", "Święcka-Grzegżółkowska Żaneta", "45" * 32, ids=(Id(Namespace.MOODLE, "80"),),
    texts=(Cell(1, HOSTILE, ids=("essay-answer",)),),
)  # fmt: skip
_PLOT = replace(
    blank_result(PLOT, ExerciseStatus.PASSED, (CheckResult("test_plot", PLOT.title, CheckStatus.PASSED, 2, 0),)),
    points=2,
    cell=3,
)
OPEN = Grade(_READ, SubmissionStatus.GRADED, 0.5, with_by_hand([_PLOT], COURSE, _READ, only=["plot", "essay"]))
COMMENT = "Napisz `więcej` o medianie!"
MARKS = {"plot": Mark(1), "essay/why": Mark(1.5, COMMENT), "essay/example": Mark(0)}
GIVEN = replace(OPEN, exercises=tuple(with_marks(one, MARKS) for one in OPEN.exercises))
TEXTS = [name for name in formats.FORMATS if formats.load(name).text is not None]
WITHOUT_WORDS = (
    "canvas",
    "brightspace",
    "blackboard",
    "usosweb",
    "nbgrader",
    "otter",
)  # which have no column for words
SAYS = {"en": "to be graded by hand", "pl": "do oceny ręcznej"}


def run(*grades: Grade, lang: str = "en") -> Run:
    config = Config(lang=lang, only=("plot", "essay"), marks=(("2", 0.0), ("5", 50.0)))
    return Run(grades or (OPEN,), COURSE, config, missing=())


def flat(text: str) -> str:
    for mark in ("<code>", "</code>", "`", "\\"):
        text = text.replace(mark, "")
    return " ".join(text.split())


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("lang", ["en", "pl"])
def test_every_report_says_that_a_score_is_provisional(name: str, lang: str) -> None:
    text = formats.text(name, run(lang=lang))
    if name in WITHOUT_WORDS:
        tells = formats.load(name).remarks
        assert tells is not None
        said = " ".join(render(one, lang) for one in tells(run(lang=lang)))
        assert SAYS[lang] in said
        assert "Święcka" in said
    elif name == "json":
        (found,) = json.loads(text)["submissions"]
        assert found["by_hand_points"] == 4
    else:
        assert SAYS[lang] in flat(text).lower()


@pytest.mark.parametrize("name", TEXTS)
def test_no_report_says_so_when_everything_is_graded(name: str) -> None:
    text = formats.text(name, run(GIVEN))
    assert "to be graded by hand" not in text.partition('<form id="filter"')[0]
    assert "provisional" not in text


@pytest.mark.parametrize("name", ["terminal", "markdown", "html", "json", "junit", "moodle", "gradescope"])
def test_a_participant_reads_the_points_and_the_comment(name: str) -> None:
    text = flat(formats.text(name, run(GIVEN)))
    assert "Napisz więcej o medianie!" in text
    if name not in ("json", "junit"):
        assert "Explains why: 1.5 of 2." in text


@pytest.mark.parametrize("name", ["terminal", "markdown", "html"])
def test_a_report_of_a_class_counts_whose_score_is_provisional(name: str) -> None:
    text = flat(formats.text(name, run(OPEN, GIVEN)))
    assert "The score of 1 participant is provisional" in text
    assert "manual.csv" in text


def test_the_trainers_page_has_the_answer_beside_it_and_runs_nothing_of_it() -> None:
    page = formats.text("html", run(OPEN, GIVEN))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ```\n# Nagłówek | a" in page
    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert '<option value="by_hand">to be graded by hand</option>' in page


def test_a_page_of_a_course_without_such_units_has_no_such_state() -> None:
    plain = replace(COURSE, exercises=tuple(replace(one, by_hand=()) for one in COURSE.exercises if one.tested))
    grade = replace(OPEN, exercises=(replace(OPEN.exercises[0], checks=(), status=ExerciseStatus.PASSED),))
    page = formats.text("html", Run((grade, grade), plain, Config(lang="en")))
    assert "graded by hand" not in page


def row(text: str, name: str) -> dict[str, str]:
    return next(one for one in csv.DictReader(io.StringIO(text)) if "Święcka" in one[name])


def test_the_gradebook_has_empty_cells_and_a_note() -> None:
    found = row(gradebook.text(run()), "participant")
    assert [found[name] for name in ("score", "max_score", "plot", "essay")] == ["", "6", "", ""]
    assert found["ungraded"] == ("Score: 2 of 2 points, provisional: up to 4 more points are to be graded by hand")
    found = row(gradebook.text(run(GIVEN)), "participant")
    assert [found[name] for name in ("score", "plot", "essay", "ungraded")] == ["4.5", "3", "1.5", ""]


def test_platforms_get_no_score_that_is_not_certain() -> None:
    assert row(moodle.text(run()), "Full name")["Grade"] == ""
    assert row(moodle.text(run(GIVEN)), "Full name")["Grade"] == "4.5"
    assert canvas.text(run()).splitlines()[0] == canvas.text(run(GIVEN)).splitlines()[0]
    found = json.loads(gradescope.text(run()))
    assert (found["score"], found["extra_data"]["by_hand_points"]) == (2, 4)
    assert ["score" in test for test in found["tests"]] == [False, False]
    found = json.loads(classroom50.text(run(), IDENTITY))
    assert (found["score"], found["max-score"]) == (2, 2)
    assert '"totalPoints":2,"maxPoints":2' in github.commands(run())
    assert "::error" not in github.commands(run())
    assert json.loads(prairielearn.text(run()))["score"] == pytest.approx(2 / 6)


def test_junit_skips_what_is_not_graded_and_fails_what_lost_points() -> None:
    suites = [ET.fromstring(junit.text(run(one)).partition("\n")[2]).find("testsuite") for one in (OPEN, GIVEN)]
    counts = [[suite.get(name) for name in ("tests", "failures", "errors", "skipped")] for suite in suites if suite]
    assert counts == [["4", "0", "0", "3"], ["4", "2", "0", "0"]]


@pytest.mark.parametrize("grade", [OPEN, GIVEN])
def test_json_has_it_beside_the_fields_that_keep_their_meaning(grade: Grade) -> None:
    report = json.loads(json_report.text(run(grade)))
    jsonschema.Draft202012Validator(json_schema()).validate(report)
    (found,) = report["submissions"]
    assert found["max_score"] == 6
    assert found["score"] == (2 if grade is OPEN else 4.5)
    plot, essay = found["exercises"]
    assert [check.get("by_hand") for check in plot["checks"]] == [None, True]
    assert essay["answer"].startswith("<script>")
    assert [check["status"] for check in essay["checks"]] == (
        ["by_hand"] * 2 if grade is OPEN else ["partial", "failed"]
    )
    assert ("by_hand_points" in found) == (grade is OPEN)


def test_nobody_is_told_to_mend_what_a_person_grades() -> None:
    for grade in (OPEN, GIVEN):
        assert next_steps.plan(grade) == []
        assert render(next_steps.all_done_text(grade), "en") == "All that is checked by tests works."
    broken = replace(OPEN, cells=(CellResult(7, CellStatus.ERROR, "ZeroDivisionError: division by zero"),))
    assert render(next_steps.all_done_text(broken), "en") == "All that is checked by tests works.", "not all exercises"
    written = replace(OPEN, exercises=OPEN.exercises[1:])
    assert render(next_steps.all_done_text(written), "en") == "All of it is graded by hand."
    assert next_steps.to_do(replace(GIVEN, exercises=GIVEN.exercises[1:])) == []
    empty = Grade(_READ, SubmissionStatus.GRADED, 0, with_by_hand([], COURSE, replace(_READ, texts=()), ["essay"]))
    assert (
        render(next_steps.instruction(next_steps.plan(empty)[0].exercise), "en")
        == "Write your answer to exercise essay."
    )


def test_points_show_what_is_open() -> None:
    assert [wording.points(one, "pl") for one in OPEN.exercises] == ["2+?/3", "?/3"]
    assert wording.total(OPEN, "en") == "2/2 ?4"
    assert [wording.points(one, "pl") for one in GIVEN.exercises] == ["3/3", "1,5/3"]
    assert wording.total(GIVEN, "en") == "4.5/6"
    assert '"2 of 2 points, provisional: up to 4 more points' in people_files.mail(run())


def test_a_class_has_a_state_of_its_own_for_it_and_leaves_such_scores_out_of_the_spread() -> None:
    assert class_summary.state(OPEN.exercises[1]) is State.BY_HAND
    spread = class_summary.spread(run(OPEN, GIVEN))
    assert spread is not None
    assert sum(bin.count for bin in spread.bins) == 1
    topics = class_summary.topics(run(GIVEN, GIVEN))
    assert [topic.mistakes for topic in topics] == [(), ()], "points that a person took off are no mistake to explain"
