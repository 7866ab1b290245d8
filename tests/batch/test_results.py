"""Grades are taken over where nothing has changed, kept as they come, and known to be outdated when files change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch.results import Results, file_states
from grader.batch.store import Store, open_store
from grader.model import Grade, SubmissionStatus
from grader.submissions.submission import Submission, fingerprint, from_file
from tests import sample_run


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "out", {"seed": "1"}) as opened:
        yield opened


def make(folder: Path, name: str) -> Submission:
    path = folder / f"{name}.ipynb"
    path.write_text(f"# {name}", "utf-8")
    return from_file(path)


def grade_of(submission: Submission) -> Grade:
    notebook = replace(sample_run.MIXED.notebook, participant=submission.participant, ids=submission.ids)
    return replace(sample_run.MIXED, notebook=replace(notebook, path=submission.path), digest=fingerprint(submission))


def test_what_was_kept_is_taken_over_by_the_next_run_unless_it_has_changed(store: Store, tmp_path: Path) -> None:
    submissions = [make(tmp_path, name) for name in ("Łucja Żak", "anna", "jan")]
    first = Results(store)
    for one in submissions[:2]:
        assert first.keep(one, grade_of(one), file_states(one)) == grade_of(one)
    Path(submissions[1].path).write_text("# anna, later", "utf-8")
    second = Results(store)
    assert second.take_over(submissions) == 1
    assert [second.find(one) is not None for one in submissions] == [True, False, False]
    assert [grade.notebook.participant for grade in second.collect(submissions[::-1])] == ["Łucja Żak"]


def test_without_a_store_nothing_is_taken_over(tmp_path: Path) -> None:
    submission = make(tmp_path, "anna")
    Results().keep(submission, grade_of(submission), file_states(submission))
    assert Results().take_over([submission]) == 0


@pytest.mark.parametrize("kept", [True, False])
def test_a_fault_of_the_grader_takes_no_score_away(kept: bool, store: Store, tmp_path: Path) -> None:
    submission = make(tmp_path, "anna")
    results, fault = Results(store if kept else None), SubmissionStatus.GRADER_FAULT
    good = replace(grade_of(submission), exercises=sample_run.MIXED.exercises)
    results.keep(submission, good, file_states(submission))
    counts = results.keep(submission, replace(good, status=fault), file_states(submission))
    assert (counts.score, counts.incomplete, counts.status) == (good.score, True, SubmissionStatus.GRADED)
    assert results.find(submission) == counts


def test_a_changed_file_makes_its_grade_outdated(tmp_path: Path) -> None:
    submission, results = make(tmp_path, "anna"), Results()
    assert not results.is_current(submission)
    assert not results.is_outdated(submission), "there is no grade yet"
    results.keep(submission, grade_of(submission), file_states(submission))
    assert results.is_current(submission)
    Path(submission.path).touch()
    assert not results.is_current(submission), "it has to be looked at"
    assert not results.is_outdated(submission), "its contents are the same"
    Path(submission.path).write_text("other", "utf-8")
    assert results.is_outdated(submission)
    Path(submission.path).unlink()
    assert file_states(submission) == (None,)
    assert results.is_outdated(submission)
