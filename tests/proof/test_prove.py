"""A course that can't be read says what is wrong and where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import loader
from grader.errors import CourseError
from grader.i18n import Titles
from grader.proof.prove import prove
from tests.conftest import ROOT
from tests.proof.sick_course import double, write_course

pytestmark = pytest.mark.xdist_group("proof")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("solution.py", "def double(x:\n", "solution.py, line 1: "),
        ("right/broken.py", "def double(x:\n", "broken.py, line 1: "),
        ("wrong/broken.py", "def double(x:\n", "broken.py, line 1: "),
        ("mistakes/other.py", "def triple(x):\n    return 3 * x\n", "other.py: there is no double in it"),
        ("test_it.py", "raise ValueError('no')\n", "the hidden tests can't be loaded"),
        ("proof.toml", "[[equivalent]]\nline = 'a'\n", "proof.toml: Object missing required field `becomes`"),
        ("proof.toml", "[[", "proof.toml: "),
        ("curve.py", "x_axis = {}", "curve.py: it does not define title"),
    ],
)
def test_a_course_that_cannot_be_read_says_where(name: str, text: str, says: str, tmp_path: Path) -> None:
    course = write_course(tmp_path, {"sick": {"mistakes/half.py": double("x / 2"), name: text}})
    with pytest.raises(CourseError) as raised:
        prove(course, 1, jobs=1)
    assert says in str(raised.value)


def test_a_hint_for_a_rule_that_does_not_exist_is_an_authors_error(tmp_path: Path) -> None:
    course = write_course(tmp_path, {"1": {}})
    misspelt = replace(course, hints={"grown-without-ned": Titles("Nic.", "Nothing.")})
    with pytest.raises(CourseError, match=r"course\.toml: \[hints\] names 'grown-without-ned'"):
        prove(misspelt, 1, jobs=1)


def test_solutions_that_ask_at_the_keyboard_get_the_courses_answers() -> None:
    values = loader.load(ROOT / "tests" / "courses" / "values")
    proof = prove(values, 1, jobs=1, only=("keyboard",))
    assert proof.flaws == ()
