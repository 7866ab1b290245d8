"""Each disease of a running notebook costs itself only: the other cells run, the other exercises keep their points."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from grader.checks import Suite
from grader.course import Course
from grader.i18n import render
from grader.kernel.environment import kernel_environment
from grader.kernel.warm import WarmProcess, available
from grader.model import Config, ExerciseStatus, SubmissionStatus
from grader.pipeline import grade
from tests.conftest import QUICK, ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = ROOT / "tests" / "notebooks" / "running"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text("utf-8"))


def test_every_notebook_of_the_folder_has_its_expected_verdict() -> None:
    assert {path.name for path in FOLDER.glob("*.ipynb")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_disease_costs_itself_only(name: str, course: Course, suite: Suite, warm: WarmProcess | None) -> None:
    expected: dict[str, Any] = EXPECTED[name]
    before = (FOLDER / name).read_bytes()
    files = set(FOLDER.iterdir())
    graded = grade(FOLDER / name, course, suite, Config(lang="en", limits=QUICK), warm)
    assert graded.status is SubmissionStatus.GRADED, graded.notes
    assert [cell.status.value for cell in graded.cells] == expected["cells"], graded.cells
    assert [item.id for item in graded.exercises if item.status is ExerciseStatus.PASSED] == expected["passed"]
    said = [render(note, "en") for note in (*graded.notes, *(note for cell in graded.cells for note in cell.notes))]
    assert expected.get("says", "") in "\n".join(said)
    assert (FOLDER / name).read_bytes() == before, "the participant's file is never written to"
    assert set(FOLDER.iterdir()) == files


@pytest.mark.skipif(not available(), reason="no warm processes here")
@pytest.mark.parametrize("used_before", [False, True])
def test_where_the_warm_process_is_gone_kernels_are_started_anew(
    used_before: bool, course: Course, suite: Suite
) -> None:
    with WarmProcess(kernel_environment(Path("/"))) as process:
        if used_before:
            assert grade(FOLDER / "os-exit.ipynb", course, suite, Config(limits=QUICK), process)
        process._process.kill()
        process._process.wait()
        graded = grade(FOLDER / "os-exit.ipynb", course, suite, Config(limits=QUICK), process)
    assert graded.status is SubmissionStatus.GRADED
    assert graded.score > 0
    assert not process._folder.exists()
