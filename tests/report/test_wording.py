"""The texts that reports share: each finding once, no control character, everything of a participant's as code."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from grader.i18n import Titles, msg, render
from grader.judging.compare import WRONG_VALUE
from grader.model import CellResult, CellStatus, CheckStatus, Diagnosis
from grader.report import json_report, junit, markdown, terminal, wording
from grader.report.findings import Finding, explain, findings
from grader.report.page import page
from grader.report.run import Run
from tests.sample_run import FAULT, HALF_FAULT, HOSTILE, MIXED, RIGHT, UNREADABLE, run

FIRST, SECOND, THIRD, MISSING = MIXED.exercises
WRONG = FIRST.checks[1]


def texts(finding: Finding) -> list[str]:
    return [render(text, "en") for text in finding.texts]


# ---- findings


def test_a_missing_or_superseded_exercise_has_no_findings() -> None:
    assert list(findings(MISSING)) == []
    assert list(findings(RIGHT.exercises[0])) == []


def test_checks_that_fail_alike_are_one_finding() -> None:
    wrong = replace(WRONG, diagnosis=None, message=WRONG_VALUE, actual="1")
    checks = tuple(replace(wrong, id=f"test_{number}", actual=str(number)) for number in range(3))
    (found,) = findings(replace(FIRST, checks=checks))
    assert (found.check, found.same) == (checks[0], checks[1:])


def test_different_errors_are_different_findings_and_what_was_not_run_after_a_hang_is_part_of_it() -> None:
    error, hang = THIRD.checks
    other = replace(error, id="test_other", message="another")
    not_run = replace(hang, id="test_last", status=CheckStatus.NOT_RUN, message=None)
    found = list(findings(replace(THIRD, checks=(error, other, hang, not_run))))
    assert [(one.check.id, len(one.same)) for one in found] == [
        ("test_raises", 0),
        ("test_other", 0),
        ("test_hangs", 1),
    ]


def test_that_a_value_is_wrong_is_not_said_where_the_values_are_shown_or_the_mistake_is_known() -> None:
    shown = replace(WRONG, message=WRONG_VALUE, diagnosis=None)
    assert texts(Finding(shown)) == []
    assert texts(Finding(replace(shown, expected=None))) == ["The value is not the expected one."]
    assert texts(Finding(replace(shown, message="odd", diagnosis=Diagnosis("sum", "It is a sum.")))) == ["It is a sum."]
    guess = Diagnosis("sum", "It is probably a sum.", probable=True)
    assert texts(Finding(replace(shown, message="odd", diagnosis=guess))) == ["odd", "It is probably a sum."]


def test_two_mistakes_at_once_are_numbered() -> None:
    both = Diagnosis("a and b", "A. B.", ("A.", "B."))
    assert texts(Finding(replace(WRONG, diagnosis=both)))[1:] == ["1. A.", "2. B."]


def test_an_exception_is_no_value() -> None:
    error = replace(THIRD.checks[0], actual="ValueError: x", expected="9")
    assert [render(label, "en") for label, _ in Finding(error).values] == ["expected"]
    assert texts(Finding(error))[-1] == "ValueError: x"


def test_an_explanation_has_no_character_that_controls_a_terminal() -> None:
    for exercise in MIXED.exercises:
        assert all(character.isprintable() for line in explain(exercise, "en") for character in line)
    assert explain(MISSING, "pl") == ["Nie ma funkcji extra."]


# ---- scores and reasons


@pytest.mark.parametrize(
    ("grade", "english", "polish"),
    [
        (MIXED, "Score: 3 of 7 points, bonus 0 of 4", "Wynik: 3 z 7 punktów, bonus 0 z 4"),
        (replace(MIXED, exercises=(THIRD,)), "Score: 0 of 2 points", "Wynik: 0 z 2 punktów"),
    ],
)
def test_a_score_is_points_and_bonus(grade: object, english: str, polish: str) -> None:
    assert render(wording.score(grade), "en") == english  # type: ignore[arg-type]
    assert render(wording.score(grade), "pl") == polish  # type: ignore[arg-type]


def test_points_are_written_as_the_language_writes_numbers() -> None:
    assert wording.points(replace(FIRST, points=0.5), "pl") == "0,5/2"
    assert wording.points(replace(FIRST, points=0.5), "en") == "0.5/2"
    assert wording.points(SECOND, "en") == "2/3 +0/1"
    assert wording.points(MISSING, "en") == "+0/3"


def test_a_reason_is_there_exactly_where_the_score_is_not_certain() -> None:
    assert wording.reasons(MIXED) == ()
    assert wording.reasons(HALF_FAULT) == (wording.GRADER_FAULT,)
    assert wording.reasons(FAULT) == (wording.GRADER_FAULT, *FAULT.notes)
    assert wording.reasons(UNREADABLE) == UNREADABLE.notes


def test_a_fault_of_the_graders_is_a_remark_on_its_exercise() -> None:
    assert wording.remarks(HALF_FAULT.exercises[1]) == (wording.GRADER_FAULT,)
    assert wording.remarks(SECOND) == SECOND.notes


# ---- walls


def test_only_walls_that_stood_around_everything_that_ran_are_named() -> None:
    assert render(wording.walls(run(MIXED)), "en") == "Walls around your code: pid, net."
    assert (
        render(wording.walls(run(MIXED, HALF_FAULT, UNREADABLE)), "pl")
        == "Kod uczestników działał z zabezpieczeniami: pid."
    )
    assert "without walls" in render(wording.walls(run(UNREADABLE)), "en")


@pytest.mark.parametrize("made", [terminal.text, markdown.text, page.text])
def test_who_is_graded_is_told_nothing_of_walls(made: Callable[[Run], str]) -> None:
    assert "Walls around" not in made(run(MIXED))


@pytest.mark.parametrize("made", [markdown.text, page.text])
def test_who_grades_a_class_is_told_of_walls(made: Callable[[Run], str]) -> None:
    assert "Walls around the participants" in made(run(MIXED, HALF_FAULT))


def test_all_that_there_is_to_see_has_the_walls() -> None:
    out = io.StringIO()
    terminal.show(run(MIXED), Console(file=out, width=100), verbose=True)
    assert "Walls around your code: pid, net." in out.getvalue()


# ---- cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (CellResult(2, CellStatus.CRASHED), "Cell 3 ended the whole Python process."),
        (CellResult(2, CellStatus.SKIPPED), "Cell 3 was skipped."),
        (CellResult(2, CellStatus.ERROR, "E: x"), "Cell 3: E: x"),
        (CellResult(2, CellStatus.ERROR, "E: x", line=4, code="f()"), "Cell 3, line 4 (`f()`): E: x"),
        (CellResult(2, CellStatus.ERROR, "E: f()", line=4, code="f()"), "Cell 3, line 4: E: f()"),
        (CellResult(2, CellStatus.ERROR, "E: x", place="1 (1a.ipynb)"), "Cell 1 (1a.ipynb): E: x"),
    ],
)
def test_a_cell_that_failed_is_said_with_its_place(cell: CellResult, text: str) -> None:
    assert render(wording.cell_text(cell), "en") == text


def test_a_cell_that_ran_is_not_broken() -> None:
    assert [cell.index for cell in wording.broken(MIXED)] == [2, 3, 4, 5]


# ---- text


def test_all_that_is_not_ours_is_code() -> None:
    text = msg("Cell {cell}: {error}", cell=1, error="`x` <b>")
    assert list(wording.spans(text, "en"))[-1] == ("`x` <b>", True)
    ours = msg("Cell {cell}, line {line} (`{code}`): {error}", cell=1, line=2, code="f(`1`)", error="E")
    assert ("f(`1`)", True) in list(wording.spans(ours, "en")), "between our backticks it is one span"
    assert list(wording.spans(HOSTILE, "en")) == [(HOSTILE, True)]


def test_a_backtick_that_is_not_closed_is_text() -> None:
    assert list(wording.spans(Titles("a `b", "a `b"), "en")) == [("a ", False), ("`b", False)]


def test_text_is_cleaned_to_one_printable_line_of_a_readable_length() -> None:
    assert wording.clean("a\nb\tc\x1b[31m\u202e") == "a b c\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}"
    assert wording.clean("ż" * 2_000) == "ż" * wording.MAX_TEXT + "…"
    assert wording.clean("ż" * wording.MAX_TEXT) == "ż" * wording.MAX_TEXT


# ---- what a call comes to


STEP = "dw = 2 * (5 - 3) * 4 = 16"
WORKED = replace(
    WRONG,
    diagnosis=None,
    input="f(np.array([5]))",
    paste=msg("Run `import numpy as np` before you paste the call."),
    worked=(STEP, HOSTILE, msg("Your own function gives something else: {call} = {value}", call="g(1)", value=HOSTILE)),
)


@pytest.mark.parametrize("made", [terminal.text, markdown.text, page.text, json_report.text, junit.text])
def test_every_report_works_a_call_out_and_says_where_to_paste_it(made: Callable[[Run], str]) -> None:
    grade = replace(MIXED, exercises=(replace(FIRST, checks=(WORKED,)), *MIXED.exercises[1:]))
    text = made(run(grade))
    for part in (STEP, "before you paste the call", "Your own function gives something else"):
        assert part in " ".join(text.split())
    assert "<script>alert" not in text or made is not page.text
    assert "\x1b" not in text
