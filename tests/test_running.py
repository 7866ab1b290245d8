"""Each disease of a running notebook costs itself only: the other cells run, the other exercises keep their points."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from grader.checks import Suite
from grader.course import Course
from grader.grade import grade
from grader.i18n import render
from grader.kernel.warm import WarmProcess
from grader.model import Config, ExerciseStatus, SubmissionStatus
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
