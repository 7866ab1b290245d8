"""Where a notebook's code could read the hidden tests, every report says so, or leaves it to the standard error."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.i18n import Lang, render
from grader.kernel.exposure import NOT_HIDDEN, WITHOUT_WALLS
from grader.model import Grade
from grader.report import formats, wording
from grader.report.platforms import classroom50, github
from grader.report.run import Run
from tests.report.test_formats import IDENTITY
from tests.sample_run import HALF_FAULT, MIXED, RIGHT, run

ONLY_NUMBERS = {
    "csv",
    "gradebook",
    "xlsx",
    "canvas",
    "blackboard",
    "brightspace",
    "usosweb",
    "nbgrader",
    "otter",
}
NO_SCORES = {"notebook", "similarity"}  # the first has a test of its own
OTHERS: dict[str, Callable[[Run], str]] = {
    "github": github.commands,
    "classroom50": lambda run: classroom50.text(run, IDENTITY),
}


def exposed(grade: Grade) -> Grade:
    return replace(grade, walls=(), notes=(WITHOUT_WALLS, *grade.notes))


def text(name: str, shown: Run) -> str:
    made = OTHERS[name](shown) if name in OTHERS else formats.text(name, shown)
    return " ".join(made.replace("\\", "").replace("&#39;", "'").replace("&#x27;", "'").split())


@pytest.mark.parametrize("lang", ["pl", "en"])
@pytest.mark.parametrize("grades", [(MIXED,), (MIXED, RIGHT, HALF_FAULT)], ids=["one", "class"])
@pytest.mark.parametrize("name", sorted({*formats.FORMATS} - ONLY_NUMBERS - NO_SCORES))
def test_a_report_says_that_the_code_ran_without_walls(name: str, grades: tuple[Grade, ...], lang: Lang) -> None:
    said = render(WITHOUT_WALLS, lang)
    assert said not in text(name, run(*grades, lang=lang))
    shown = text(name, run(*map(exposed, grades), lang=lang))
    assert said in shown


def test_every_format_is_looked_at() -> None:
    with_text = {name for name in formats.FORMATS if formats.load(name).text is not None}
    assert {*formats.FORMATS} == with_text | {*OTHERS} | {"xlsx"} | NO_SCORES


def test_programs_read_it_in_the_json() -> None:
    assert json.loads(formats.text("json", run(MIXED)))["sandbox"]["hides_tests"] is True
    assert json.loads(formats.text("json", run(RIGHT, exposed(MIXED))))["sandbox"]["hides_tests"] is False


def test_one_notebook_of_ones_own_counts_as_exposed_too() -> None:
    own = replace(MIXED, notes=(NOT_HIDDEN,))
    assert wording.exposure([RIGHT, own]) == NOT_HIDDEN
    assert wording.exposure([RIGHT]) is None
