"""PrairieLearn's results by its documentation and by the element that shows them."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from grader.report.platforms import prairielearn
from tests.sample_run import GRADES, HALF_FAULT, MIXED, RIGHT, run


class PrairieLearnTest(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    points: float
    max_points: float
    message: str
    output: str


class PrairieLearnResults(msgspec.Struct, forbid_unknown_fields=True):
    gradable: bool
    score: float
    message: str
    tests: list[PrairieLearnTest] = []
    format_errors: list[str] = []


@pytest.mark.parametrize("grade", GRADES, ids=lambda grade: grade.notebook.path[:12])
def test_prairielearn_reads_its_results(grade: Any) -> None:
    text = prairielearn.text(run(grade))
    results = msgspec.json.decode(text, type=PrairieLearnResults)
    assert 0 <= results.score <= 1
    assert results.gradable == (grade in (MIXED, RIGHT))
    assert bool(results.format_errors) == (not results.gradable)
    if results.gradable:
        assert sum(test.points for test in results.tests) == grade.score
        assert results.score == pytest.approx(grade.score / grade.max_score)
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)  # its element turns ANSI codes into HTML


def test_unfinished_results_can_be_read_too() -> None:
    results = msgspec.json.decode(prairielearn.unfinished("there is no .ipynb file", "en"), type=PrairieLearnResults)
    assert (results.score, "no .ipynb" in f"{results}") == (0, True)


def test_half_a_fault_is_no_grade() -> None:
    assert HALF_FAULT.score == 4
    assert not json.loads(prairielearn.text(run(HALF_FAULT)))["gradable"]
