"""What can't be judged here is a 0 in no report, nor in a total that counts it as one; each says what is lacking."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from grader.i18n import render
from grader.model import CheckStatus, ExerciseStatus
from grader.report import class_summary, formats, gradebook, json_report, junit, next_steps, terminal, wording
from grader.report.class_summary import State
from grader.report.findings import findings
from grader.report.platforms import canvas, classroom50, github, gradescope, moodle, prairielearn
from tests.report.test_exposure import ONLY_NUMBERS
from tests.report.test_formats import IDENTITY
from tests.sample_run import MIXED, RIGHT, UNGRADED, run

ALONE, CLASS = run(UNGRADED), run(MIXED, UNGRADED, RIGHT)
HALF = replace(UNGRADED, exercises=(*UNGRADED.exercises[:2], MIXED.exercises[2], UNGRADED.exercises[3]))
FAILED_IN_PART = replace(
    UNGRADED.exercises[2],
    status=ExerciseStatus.FAILED,
    checks=(UNGRADED.exercises[2].checks[0], MIXED.exercises[2].checks[0]),
)


def row(text: str) -> dict[str, str]:
    rows = list(csv.DictReader(io.StringIO(text)))
    return next(one for one in rows if "Zażółć" in "".join(map(str, one.values())))


def test_the_sum_is_of_what_could_be_judged() -> None:
    assert (UNGRADED.score, UNGRADED.max_score, UNGRADED.judged_max_score, UNGRADED.ungraded_points) == (4, 7, 4, 3)
    assert (UNGRADED.bonus, UNGRADED.max_bonus, UNGRADED.judged_max_bonus, UNGRADED.ungraded_bonus) == (3, 4, 3, 1)
    assert UNGRADED.needs == ("scikit-learn", "Python 3.12")


def test_min_score_counts_what_could_be_judged() -> None:
    assert UNGRADED.reached(100)
    assert not HALF.reached(67)
    assert HALF.reached(66)
    nothing = replace(UNGRADED, exercises=UNGRADED.exercises[2:3])
    assert not nothing.reached(0)
    only_bonus = replace(UNGRADED, exercises=UNGRADED.exercises[3:])
    assert only_bonus.reached(100)


@pytest.mark.parametrize("name", [name for name in formats.FORMATS if formats.load(name).text is not None])
@pytest.mark.parametrize("lang", ["en", "pl"])
def test_every_report_of_one_says_what_is_lacking(name: str, lang: str) -> None:
    text = formats.text(name, run(UNGRADED, lang=lang))
    if name not in ONLY_NUMBERS - {"csv", "gradebook"}:  # which have no column for words
        assert "scikit-learn" in text
        assert "3.12" in text


@pytest.mark.parametrize("name", ["terminal", "markdown", "html"])
def test_a_report_of_a_class_counts_who_lacks_what(name: str) -> None:
    second = replace(UNGRADED, exercises=UNGRADED.exercises[:2])
    text = " ".join(formats.text(name, run(MIXED, UNGRADED, second)).replace("`", "").split())
    text = text.replace("<code>", "").replace("</code>", "").replace("\\", "")
    assert "2 participants have ungraded points: needs scikit-learn (2), Python 3.12 (1)." in text


def test_what_is_lacking_is_counted_the_commonest_first() -> None:
    assert class_summary.lacking(run(MIXED, RIGHT)) is None
    assert render(class_summary.lacking(ALONE) or "", "en").startswith("1 participant has ungraded points: needs Py")


def test_the_gradebook_has_empty_cells_and_a_note() -> None:
    found = row(gradebook.text(CLASS))
    assert [found[name] for name in ("score", "max_score", "bonus", "max_bonus")] == ["", "7", "", "4"]
    assert [found[id] for id in "1234"] == ["2", "", "", "3"]
    assert found["ungraded"].startswith("Score: 4 of 4 points, bonus 3 of 3, 3 + 1 bonus ungraded: needs scikit-learn")
    others = [one for one in csv.DictReader(io.StringIO(gradebook.text(CLASS))) if one["participant"] == "Ada Lovelace"]
    assert (others[0]["score"], others[0]["ungraded"]) == ("3", "")


def test_moodle_and_canvas_change_nothing_and_moodle_says_why() -> None:
    found = row(moodle.text(CLASS))
    assert found["Grade"] == ""
    assert "needs scikit-learn, which is not installed here; needs Python 3.12" in found["Feedback comments"]
    assert next(one for one in canvas.text(CLASS).splitlines() if "Zażółć" in one).endswith(",,,")


def test_where_only_a_bonus_is_ungraded_the_points_are_written() -> None:
    only = replace(UNGRADED.exercises[1], points=3, status=ExerciseStatus.PASSED,
                   checks=(*MIXED.exercises[1].checks[:2], UNGRADED.exercises[1].checks[2]))  # fmt: skip
    grade = replace(UNGRADED, exercises=(UNGRADED.exercises[0], only, *RIGHT.exercises[2:]))
    found = row(gradebook.text(run(MIXED, grade)))
    assert [found[name] for name in ("score", "bonus", "1", "2", "3")] == ["7", "", "2", "", "2"]
    assert row(moodle.text(run(grade)))["Grade"] == "7"
    assert canvas.text(run(grade)).splitlines()[-1].endswith(",7,")


def test_prairielearn_gets_what_costs_no_attempt() -> None:
    found = json.loads(prairielearn.text(ALONE))
    assert found["gradable"] is False
    assert "scikit-learn" in found["message"]


def test_gradescope_has_no_verdict_on_it() -> None:
    found = json.loads(gradescope.text(ALONE))
    assert found["score"] == 4
    assert found["output"].startswith("Score: 4 of 4 points, bonus 3 of 3, 3 + 1 bonus ungraded")
    assert found["extra_data"]["ungraded_points"] == 3
    assert [("score" in test, "status" in test) for test in found["tests"]] == [
        (True,) * 2,
        (False,) * 2,
        (False,) * 2,
        (True,) * 2,
    ]


def test_classroom50_counts_it_on_neither_side() -> None:
    found = json.loads(classroom50.text(ALONE, IDENTITY))
    assert (found["score"], found["max-score"]) == (4, 4)
    assert [test["max-score"] for test in found["tests"]] == [2, 2, 0, 0]


def test_github_counts_it_on_neither_side_and_says_so() -> None:
    text = github.commands(ALONE)
    assert "Points 4/4" in text
    assert '"maxPoints":4' in text
    assert "3 + 1 bonus ungraded: needs scikit-learn" in text
    assert "::error" not in text


def test_junit_skips_it() -> None:
    suite = ET.fromstring(junit.text(ALONE).partition("\n")[2]).find("testsuite")
    assert suite is not None
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["8", "0", "0", "4"]
    assert {one.get("message") for one in suite.iter("skipped")} == {
        "needs scikit-learn, which is not installed here",
        "needs Python 3.12",
    }


def test_json_has_it_beside_the_fields_that_keep_their_meaning() -> None:
    (found,) = json.loads(json_report.text(ALONE))["submissions"]
    assert (found["score"], found["max_score"]) == (4, 7)
    assert (found["ungraded_points"], found["ungraded_bonus"]) == (3, 1)
    assert found["needs"] == ["scikit-learn", "Python 3.12"]
    second = found["exercises"][1]
    assert (second["status"], second["points"], second["ungraded_points"]) == ("ungraded", 2, 1)
    assert second["checks"][1]["needs"] == "scikit-learn"
    assert found["cells"][1]["needs"] == "Python 3.12"
    assert "ungraded_points" not in json.loads(json_report.text(run(MIXED)))["submissions"][0]


def test_the_terminal_tells_it_apart_from_what_is_to_do() -> None:
    text = terminal.text(ALONE)
    assert "Score: 4 of 4 points, bonus 3 of 3, 3 + 1 bonus ungraded: needs scikit-learn" in text
    assert render(wording.REST_WELL_DONE, "en") in text
    assert render(wording.WELL_DONE, "en") not in text
    assert "What can't be judged here:" in text
    assert "It can't be judged here, which costs no points: needs Python 3.12." in text
    assert "Cell 4 can't run to its end here: needs Python 3.12." in text
    assert next_steps.plan(UNGRADED) == []
    assert not any(word in text for word in ("Fix ", "SyntaxError", "✗"))


def test_where_nothing_could_be_judged_nothing_is_praised() -> None:
    nothing = replace(UNGRADED, exercises=UNGRADED.exercises[2:3])
    for name in ("terminal", "html"):
        text = formats.text(name, run(nothing))
        assert "Nothing could be judged here." in text
        assert render(wording.REST_WELL_DONE, "en") not in text


def test_points_of_an_exercise_show_what_is_open() -> None:
    assert [wording.points(one, "en") for one in UNGRADED.exercises] == ["2/2", "2+?/3 +?/1", "?/2", "+3/3"]
    assert wording.total(UNGRADED, "en") == "4/4 ?3 +3"
    assert wording.total(MIXED, "en") == "3/7"


def test_a_part_that_really_failed_is_shown_beside_a_part_that_is_open() -> None:
    (found,) = findings(FAILED_IN_PART)
    assert found.check.status is CheckStatus.ERROR
    assert "A part of it can't be judged here" in render(wording.remarks(FAILED_IN_PART)[0], "en")
    assert FAILED_IN_PART.ungraded_points == 1


def test_a_class_has_a_state_of_its_own_for_it_and_leaves_such_scores_out_of_the_spread() -> None:
    assert class_summary.state(UNGRADED.exercises[2]) is State.UNGRADED
    spread = class_summary.spread(CLASS)
    assert spread is not None
    assert sum(bin.count for bin in spread.bins) == 2
    page = formats.text("html", CLASS)
    assert '<option value="ungraded">can\'t be judged here</option>' in page.replace("&#39;", "'")
    assert 'data-s="ungraded"' in page
