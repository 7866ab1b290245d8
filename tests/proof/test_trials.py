"""Candidates are judged as participants are, many in one kernel as each alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.course import Course
from grader.model import CheckStatus
from grader.proof.cases import Candidate, Kind, candidates
from grader.proof.trials import Trial, judge_all
from tests.proof.sick_course import write_course

pytestmark = pytest.mark.xdist_group("proof")
SEEDS = 3


def test_an_answer_that_never_ends_is_refused_and_holds_up_nothing(tmp_path: Path) -> None:
    loop = "def double(x):\n    n = 2\n    y = 0\n    while n > 0:\n        y, n = y + x, n - 1\n    return y\n"
    course = write_course(tmp_path, {"loop": {"solution.py": loop}})
    endless = Candidate(Kind.MUTANT, "loop", "endless", loop.replace("n - 1", "n"))
    _, trials = judge_all(course, [endless], SEEDS, 1, lambda done: None)
    assert [verdict.statuses for verdict in trials[0].verdicts] == [(CheckStatus.TIMED_OUT,)]


def test_many_in_one_kernel_are_judged_as_each_alone(course: Course) -> None:
    sample = [
        candidate
        for exercise in course.exercises
        for candidate in list(candidates(exercise))[-80:]
        if candidate.kind is Kind.MUTANT
    ][::40]
    alone = [Candidate(Kind.MISTAKE, item.exercise, item.name, item.source) for item in sample]
    assert len(sample) >= 8
    assert verdicts(judge_all(course, sample, 2, 2, lambda done: None)[1]) == verdicts(
        judge_all(course, alone, 2, 2, lambda done: None)[1]
    )


def verdicts(trials: list[Trial]) -> list[list[tuple[CheckStatus, ...]]]:
    return [[verdict.statuses for verdict in trial.verdicts] for trial in trials]
