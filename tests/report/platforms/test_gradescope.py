"""Gradescope's results by its specification, in which nothing else may stand."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec
import pytest

from grader.report.platforms import gradescope
from tests.sample_run import GRADES, HALF_FAULT, run

Visibility = Literal["hidden", "after_due_date", "after_published", "visible"]
Format = Literal["text", "html", "simple_format", "md", "ansi"]


class GradescopeTest(msgspec.Struct, forbid_unknown_fields=True):
    score: float
    max_score: float
    status: Literal["passed", "failed"]
    name: str
    number: str
    output: str
    visibility: Visibility
    extra_data: dict[str, Any]


class GradescopeResults(msgspec.Struct, forbid_unknown_fields=True):
    score: float
    output: str
    output_format: Format
    test_output_format: Format
    test_name_format: Format
    visibility: Visibility
    stdout_visibility: Visibility
    tests: list[GradescopeTest]
    execution_time: float = 0
    extra_data: dict[str, Any] = {}


@pytest.mark.parametrize("grade", GRADES, ids=lambda grade: grade.notebook.path[:12])
def test_gradescope_reads_its_results(grade: Any) -> None:
    results = msgspec.json.decode(gradescope.text(run(grade)), type=GradescopeResults)
    assert results.score == grade.score == sum(test.score for test in results.tests)
    assert "html" not in (results.output_format, results.test_output_format, results.test_name_format)
    assert all(test.score <= test.max_score for test in results.tests)


def test_unfinished_results_can_be_read_too() -> None:
    results = msgspec.json.decode(gradescope.unfinished("there is no .ipynb file", "en"), type=GradescopeResults)
    assert (results.score, "no .ipynb" in f"{results}") == (0, True)


def test_half_a_fault_is_reported() -> None:
    assert "Tell your trainer" in json.loads(gradescope.text(run(HALF_FAULT)))["output"]
