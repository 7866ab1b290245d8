"""What is committed is what the course makes; the references earn everything, the stubs nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import authoring, loader
from grader.course.course import Course
from grader.errors import CourseError
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.model import Config, ExerciseStatus, SubmissionStatus
from grader.pipeline import grade
from tests.conftest import QUICK, ROOT

STUBS = sorted(path.name for path in (ROOT / "exercises").glob("*.ipynb"))


def test_the_committed_stub_notebooks_are_what_build_makes(course: Course) -> None:
    made = authoring.stub_notebooks(course)
    assert made == {path.name: path.read_text("utf-8") for path in (ROOT / "exercises").iterdir()}


def test_the_committed_samples_are_what_build_makes(course: Course) -> None:
    made = authoring.sample_notebooks(course)
    assert made == {path.name: path.read_text("utf-8") for path in (ROOT / "tests" / "samples").iterdir()}


def test_the_reference_solutions_earn_every_point_and_bonus(
    course: Course, suite: Suite, warm: ForkServerClient | None
) -> None:
    graded = grade(ROOT / "tests" / "samples" / authoring.SOLVED, course, suite, Config(limits=QUICK), warm)
    assert (graded.score, graded.bonus) == (graded.max_score, graded.max_bonus) == (18, 4)
    assert all(exercise.status is ExerciseStatus.PASSED for exercise in graded.exercises)
    assert all(cell.error is None for cell in graded.cells), "its visible asserts hold too"


@pytest.mark.parametrize("name", STUBS)
def test_an_untouched_stub_runs_and_earns_nothing(
    name: str, course: Course, suite: Suite, warm: ForkServerClient | None
) -> None:
    graded = grade(ROOT / "exercises" / name, course, suite, Config(limits=QUICK), warm)
    assert graded.status is SubmissionStatus.NO_EXERCISES
    assert graded.score == graded.bonus == 0
    assert {exercise.status for exercise in graded.exercises} == {ExerciseStatus.MISSING}


def test_the_data_set_teaches_what_it_was_made_for(course: Course) -> None:
    import numpy as np

    x, y = course.data
    mse = course.solution("1b")
    assert int(mse(0.5 * x, y)) == 14596
    train = course.solution("5")
    line = np.polyfit(x, y, 1)
    best = mse(np.polyval(line, x), y)
    with np.errstate(all="ignore"):
        assert not np.isfinite(train(x, y, 0.5, 0, 0.1, 1000)[0])
        assert not np.isfinite(train(x, y, 0.5, 0, 0.001, 1000)[0])
    w, b = train(x, y, 0.5, 0, 0.0001, 1000)
    assert mse(w * x + b, y) > 1.5 * best
    z = course.solution("6")(x)
    w, b = train(z, y, 0.5, 0, 0.4, 10)
    assert mse(w * z + b, y) == pytest.approx(best, rel=1e-6)


def test_the_digest_changes_with_any_file_of_the_course(tmp_path: Path) -> None:
    toml = 'id = "x"\ntitle = {pl = "a", en = "b"}\nnames = {}\n[[exercises]]\nid = "1"\ntitle = {pl = "a", en = "b"}\nminutes = 1'
    toml += '\nfunction = "f"\nparameters = []\npoints = 1'
    for name in ("course.toml", "notes.md"):
        tmp_path.joinpath(name).write_text(toml, "utf-8")
    first = loader.load(tmp_path).digest
    tmp_path.joinpath("notes.md").write_text("changed", "utf-8")
    assert loader.load(tmp_path).digest != first
















