"""Each disease of a running notebook costs itself only: the other cells run, the other exercises keep their points."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from grader.config import Config
from grader.course.course import Course
from grader.i18n import render
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient, available
from grader.model import CellStatus, ExerciseStatus, SubmissionStatus
from tests.conftest import BRIEF, QUICK, ROOT, grade_file

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = ROOT / "tests" / "notebooks" / "running"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text("utf-8"))


def test_every_notebook_of_the_folder_has_its_expected_verdict() -> None:
    assert {path.name for path in FOLDER.glob("*.ipynb")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_disease_costs_itself_only(name: str, course: Course, suite: Suite, warm: ForkServerClient | None) -> None:
    expected: dict[str, Any] = EXPECTED[name]
    before = (FOLDER / name).read_bytes()
    files = set(FOLDER.iterdir())
    limits = BRIEF if "timed_out" in expected["cells"] else QUICK
    graded = grade_file(FOLDER / name, course, suite, Config(lang="en", limits=limits), warm)
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
    with ForkServerClient() as process:
        if used_before:
            assert grade_file(FOLDER / "os-exit.ipynb", course, suite, Config(limits=QUICK), process)
        process._process.kill()
        process._process.wait()
        graded = grade_file(FOLDER / "os-exit.ipynb", course, suite, Config(limits=QUICK), process)
    assert graded.status is SubmissionStatus.GRADED
    assert graded.score > 0
    assert not process._folder.exists()


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_no_cell_is_blamed_for_the_end_of_the_warm_process(tmp_path: Path, course: Course, suite: Suite) -> None:
    solved = json.loads((ROOT / "tests" / "samples" / "solved.ipynb").read_text("utf-8"))
    sleep = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "id": "sleep"}
    solved["cells"].insert(1, {**sleep, "source": "import time\ntime.sleep(1.5)"})
    (tmp_path / "ada.ipynb").write_text(json.dumps(solved), "utf-8")
    with ForkServerClient() as process:
        grade_file(FOLDER / "os-exit.ipynb", course, suite, Config(limits=QUICK), process)  # it has loaded
        killer = threading.Timer(0.7, process._process.kill)
        killer.start()
        graded = grade_file(tmp_path / "ada.ipynb", course, suite, Config(), process)
        killer.join()
    assert process.is_gone()
    assert {cell.status for cell in graded.cells} == {CellStatus.OK}
    assert graded.score == graded.max_score
