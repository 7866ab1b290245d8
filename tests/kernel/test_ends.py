"""Kernels end without anybody's waiting for them, few at a time, and leave no folder."""

from __future__ import annotations

import os
import select
import threading
import time
from pathlib import Path

import pytest

from grader.kernel import ends
from grader.kernel.ends import MAX_WAITING, Ends
from grader.kernel.fork_client import ForkServerClient, available
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.timer import time_limit
from grader.model import Cell
from tests.conftest import QUICK


class Slow:
    """A process that ends when it is let."""

    def __init__(self) -> None:
        self.let = threading.Event()

    def wait(self, within_s: float | None = None) -> int:
        self.let.wait(within_s)
        return 0


def folders(tmp_path: Path, count: int) -> list[Path]:
    made = [tmp_path / f"powłoka-{number}" for number in range(count)]
    for folder in made:
        (folder / "work" / "głęboko" / "głębiej").mkdir(parents=True)
        (folder / "work" / "plik.txt").write_text("x")
    return made


def gone(folder: Path) -> bool:
    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return not folder.exists()


def test_nobody_waits_for_an_end_until_many_wait(tmp_path: Path) -> None:
    """One is being waited for, and MAX_WAITING more are left; the next waits for room."""
    taken, left, processes = Ends(), [], [Slow() for _ in range(MAX_WAITING + 2)]
    made = folders(tmp_path, len(processes))

    def leave_all() -> None:
        for process, folder in zip(processes, made, strict=True):
            taken.leave(process, folder)
            left.append(folder)

    worker = threading.Thread(target=leave_all, daemon=True)
    worker.start()
    deadline = time.monotonic() + 20
    while len(left) < MAX_WAITING + 1 and time.monotonic() < deadline:
        time.sleep(0.01)
    worker.join(0.1)
    assert len(left) == MAX_WAITING + 1
    assert all(folder.exists() for folder in made), "while they run, they may write there"
    processes[0].let.set()
    assert gone(made[0])
    worker.join(20)
    assert len(left) == len(made)
    for process in processes:
        process.let.set()
    taken.close()
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_end_in_time_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ends, "END_TIMEOUT_S", 0.01)
    (folder,) = folders(tmp_path, 1)
    taken = Ends()
    taken.leave(Slow(), folder)
    taken.close()
    assert not folder.exists()


def test_what_cannot_be_waited_for_holds_nobody_up(tmp_path: Path) -> None:
    class Lost:
        def wait(self, within_s: float | None = None) -> int:
            raise OSError(9, "Bad file descriptor")

    taken = Ends()
    for folder in folders(tmp_path, MAX_WAITING + 3):
        worker = threading.Thread(target=taken.leave, args=(Lost(), folder), daemon=True)
        worker.start()
        worker.join(20)
        assert not worker.is_alive()
    taken.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_a_closed_kernel_is_gone_soon_with_its_folder_and_the_next_one_does_not_wait_for_it() -> None:
    with ForkServerClient() as process:
        first = Kernel(QUICK, SandboxSettings(), process)
        first.run_cell(Cell(0, "open('zostało.txt', 'w').write('x' * 1000)"), time_limit(10))
        handle, folder = os.pidfd_open(first._manager.provisioner.process.pid), first._folder
        first.close()
        first.close()  # it may be called more than once
        second = Kernel(QUICK, SandboxSettings(), process)
        assert second._folder != folder
        assert gone(folder)
        assert select.select([handle], [], [], 20)[0], "it has ended"
        os.close(handle)
        second.close()


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_a_process_that_was_forked_from_a_grader_has_a_thread_of_its_own() -> None:
    """A fork does not copy threads: ends that were left to the parent's would never be seen to."""
    with ForkServerClient() as process:
        kernel = Kernel(QUICK, SandboxSettings(), process)
        is_left = kernel._apart and "mount" in kernel.walls
        kernel.close()
        if not is_left:
            pytest.skip("no namespaces here")
        assert process._ends is not None
        before, process._ends.process_id = process._ends, 1  # as after a fork
        kernel = Kernel(QUICK, SandboxSettings(), process)
        kernel.close()
        assert process._ends is not before
        assert process._ends.process_id == os.getpid()
        assert gone(kernel._folder)


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_what_lies_on_the_disk_is_removed_in_the_time_of_its_own_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree of many folders takes minutes: left to the thread, it would hold up the notebooks after it."""
    monkeypatch.setattr(ends, "remove_tree", lambda folder: None)
    with ForkServerClient() as process:
        kernel = Kernel(QUICK, SandboxSettings(without=("mount",)), process)
        kernel.run_cell(Cell(0, "import os\nfor n in range(20): os.makedirs(f'{n}/głębiej')"), time_limit(10))
        assert kernel._folder.exists()
        kernel.close()
        assert not kernel._folder.exists()
