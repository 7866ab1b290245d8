"""Each disease of a running notebook costs itself only: the other cells run, the other exercises keep their points."""

from __future__ import annotations

import json
import multiprocessing
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from grader.course.course import Course
from grader.i18n import render
from grader.judging.suite import Suite
from grader.kernel import fork_client as warm
from grader.kernel.fork_client import ForkServerClient, available
from grader.kernel.kernel import Kernel, KernelDied
from grader.kernel.protocol.messages import Walls
from grader.model import Cell, CellStatus, Config, ExerciseStatus, SubmissionStatus
from tests.conftest import QUICK, ROOT, grade_file

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
    graded = grade_file(FOLDER / name, course, suite, Config(lang="en", limits=QUICK), warm)
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


@pytest.fixture
def two_graders() -> Iterator[ForkServerClient]:
    with ForkServerClient(connections=2) as process:
        yield process


def started(process: ForkServerClient, **walls: Any) -> Kernel:
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
    without: list[str], two_graders: ForkServerClient
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
def test_a_kernel_ends_with_the_warm_process(two_graders: ForkServerClient) -> None:
    kernel = started(two_graders)
    assert kernel.walls
    two_graders._process.kill()
    assert ends(kernel)
    kernel.close()


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_what_takes_too_much_memory_together_ends(two_graders: ForkServerClient) -> None:
    kernel = started(two_graders, memory_mib=1024)
    source = "import os, time\nos.fork()\nos.fork()\nheld = bytearray(300 << 20)\ntime.sleep(20)"
    with pytest.raises(KernelDied):
        kernel.run_cell(Cell(0, source), 10)
    kernel.close()


@pytest.mark.skipif(not available(), reason="no warm processes here")
@pytest.mark.parametrize("said", [b'{"boot": ', b"x" * (2 << 20), b"[]\n", b'{"pid": "x"}\n'], ids=len)
def test_what_one_grader_says_costs_another_nothing(said: bytes, two_graders: ForkServerClient) -> None:
    kernel = started(two_graders)
    other = two_graders._sockets[1]
    with suppress(OSError):  # it hangs up when it has heard enough
        other.sendall(said)
        other.shutdown(socket.SHUT_WR)
    other.settimeout(5)
    with suppress(ConnectionResetError):
        assert other.recv(9) == b"1", "what it says first of all"
        assert other.recv(9) == b"", "it has hung up"
    assert kernel.run_cell(Cell(0, "1 + 1"), 5).status is CellStatus.OK
    kernel.close()


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_a_kernel_ends_with_its_worker_though_others_hold_its_connection(two_graders: ForkServerClient) -> None:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def work() -> None:
        kernel = started(two_graders)
        theirs.send((kernel._manager.provisioner.process.pid, str(kernel._folder)))
        time.sleep(60)

    worker = context.Process(target=work)
    worker.start()
    assert ours.poll(20)
    pid, folder = ours.recv()
    assert Path(f"/proc/{pid}").exists()
    worker.kill()
    worker.join()
    deadline = time.monotonic() + 5
    while (Path(f"/proc/{pid}").exists() or Path(folder).exists()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{pid}").exists()
    assert not Path(folder).exists()


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
    assert process.gone()
    assert {cell.status for cell in graded.cells} == {CellStatus.OK}
    assert graded.score == graded.max_score


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_an_answer_that_comes_too_late_is_nobodys(
    two_graders: ForkServerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(two_graders).close()
    two_graders._process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(warm, "FORK_TIMEOUT_S", 0.2)
    late = started(two_graders)
    assert not late._manager.provisioner.process.apart, "started cold"
    two_graders._process.send_signal(signal.SIGCONT)
    following = started(two_graders)
    for kernel in (late, following):
        assert kernel.run_cell(Cell(0, "1 + 1"), 5).status is CellStatus.OK
        kernel.close()
