"""Each disease of a running notebook costs itself only: the other cells run, the other exercises keep their points."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.checks import Suite
from grader.course import Course
from grader.i18n import render
from grader.kernel.driver import Kernel, KernelDied
from grader.kernel.environment import kernel_environment
from grader.kernel.warm import WarmProcess, available
from grader.kernel.wire import Walls
from grader.model import Cell, CellStatus, Config, ExerciseStatus, SubmissionStatus
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


@pytest.fixture
def two_graders() -> Iterator[WarmProcess]:
    with WarmProcess(kernel_environment(Path("/")), connections=2) as process:
        yield process


def started(process: WarmProcess, **walls: Any) -> Kernel:
    return Kernel(QUICK, Walls(**walls), process)


def ends(kernel: Kernel) -> bool:
    deadline = time.monotonic() + 5
    while kernel._manager.provisioner.process.poll() is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.skipif(not available(), reason="no warm processes here")
@pytest.mark.parametrize("without", [[], ["ipc"]], ids=["apart", "with a supervisor"])
def test_a_kernel_ends_with_the_grader_that_it_is_for_and_no_other_does(
    without: list[str], two_graders: WarmProcess
) -> None:
    first = started(two_graders, without=without)
    assert first._manager.provisioner.process.apart is (not without and "pid" in first.walls)
    lifeline = [first._lifeline] if first._lifeline else []
    for sock in (two_graders._sockets[0], *lifeline):  # all that a grader holds of it is closed when it is killed
        sock.close()
    assert ends(first)
    two_graders.use(1)
    two_graders._count = 0
    second = started(two_graders, without=without)
    assert second.run_cell(Cell(0, "1 + 1"), 5).status is CellStatus.OK
    deadline = time.monotonic() + 5
    while first._folder.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not first._folder.exists()
    for kernel in (first, second):
        kernel.close()


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_a_kernel_ends_with_the_warm_process(two_graders: WarmProcess) -> None:
    kernel = started(two_graders)
    assert kernel.walls
    two_graders._process.kill()
    assert ends(kernel)
    kernel.close()


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_what_takes_too_much_memory_together_ends(two_graders: WarmProcess) -> None:
    kernel = started(two_graders, memory_mib=1024)
    source = "import os, time\nos.fork()\nos.fork()\nheld = bytearray(300 << 20)\ntime.sleep(20)"
    with pytest.raises(KernelDied):
        kernel.run_cell(Cell(0, source), 10)
    kernel.close()
