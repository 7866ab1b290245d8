"""Classroom 50's result by what its runner.py and collect_scores.py refuse."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.report import markdown
from grader.report.platforms import classroom50
from tests.report.test_formats import IDENTITY
from tests.sample_run import GRADES, MIXED, UNREADABLE, run

CLASSROOM = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "workshop",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "https://host.example/c",
    "RELEASE_URL": "https://host.example/r",
}


def test_classroom50_takes_its_result() -> None:
    for grade in GRADES:
        result = json.loads(classroom50.text(run(grade), IDENTITY))
        assert set(result) == {
            "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release",
            "review", "datetime", "score", "max-score", "tests",
        }  # fmt: skip
        assert result["schema"] == "classroom50/result/v1"
        assert result["submission"].startswith("submit/")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", result["datetime"])
        for scored in (result, *result["tests"]):
            assert type(scored["score"]) is type(scored["max-score"]) is int
            assert 0 <= scored["score"] <= scored["max-score"]
        assert result["score"] == sum(test["score"] for test in result["tests"])
        assert all(test["test-name"] and isinstance(test["passed"], bool) for test in result["tests"])
        right = grade.status.value == "graded" and grade.reached(100) and not grade.faulted
        assert all(test["passed"] for test in result["tests"]) == right


def test_points_that_are_not_whole_are_scaled_alike_for_everybody() -> None:
    first, *rest = MIXED.exercises
    checks = tuple(replace(check, max_points=0.5) for check in first.checks)
    grade = replace(MIXED, exercises=(replace(first, points=0.5, max_points=1.0, checks=checks), *rest))
    result = json.loads(classroom50.text(run(grade), IDENTITY))
    assert (result["score"], result["max-score"]) == (5, 12)  # 2.5 of 6


def test_the_identity_comes_from_the_runners_variables() -> None:
    identity = classroom50.identity({**CLASSROOM, "GITHUB_ACTOR": "ada"})
    assert (identity.classroom, identity.assignment, identity.owner) == ("dl", "workshop", "ada")
    assert (identity.assignment_type, identity.review) == ("individual", identity.commit)
    assert classroom50.identity({**CLASSROOM, "REVIEW_URL": "https://host.example/v"}).review.endswith("/v")


def test_every_missing_variable_is_named() -> None:
    with pytest.raises(UsageError, match="needs ASSIGNMENT, RELEASE_URL from the environment"):
        classroom50.identity({**CLASSROOM, "ASSIGNMENT": "", "RELEASE_URL": ""})


def test_the_release_of_a_submission_shows_the_report(tmp_path: Path) -> None:
    classroom50.deliver(run(UNREADABLE, MIXED), tmp_path / "wynik" / "result.json", CLASSROOM)
    body = (tmp_path / "wynik" / "release-body.md").read_text("utf-8")
    assert body == markdown.text(run(MIXED))
    assert [*classroom50.existing_body(tmp_path / "wynik" / "x.json", {})] == [tmp_path / "wynik" / "release-body.md"]
    assert [*classroom50.existing_body(tmp_path / "x.json", {})] == []


def test_the_report_of_a_release_is_not_longer_than_github_takes() -> None:
    many = replace(MIXED, notes=("Ł" * 1000,) * 200)
    assert len(markdown.text(run(many), classroom50.MAX_BODY_BYTES).encode()) <= classroom50.MAX_BODY_BYTES
