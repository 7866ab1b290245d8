"""Kernels are forked for several graders at once; they end with their own, and no one's requests cost another."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.kernel import fork_client, fork_server
from grader.kernel.agent_client import KernelDied
from grader.kernel.fork_client import ForkServerClient, available
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import Boot, Fork, SandboxSettings
from grader.kernel.timer import time_limit
from grader.model import Cell, CellStatus
from tests.conftest import QUICK


def frame(body: bytes) -> bytes:
    return len(body).to_bytes(8, "big") + body


def fork(pid: int) -> bytes:
    """A request that is right but for the number of the process that asks."""
    boot = Boot("/nowhere", "/nowhere/door", 0, "token", 0, SandboxSettings())
    return msgspec.json.encode(Fork(boot, {}, [0], pid))


@pytest.fixture
def two_graders() -> Iterator[ForkServerClient]:
    """Of one of them; the connection of the other is made by whoever needs it."""
    with ForkServerClient() as process:
        yield process


def started(process: ForkServerClient, **sandbox: Any) -> Kernel:
    return Kernel(QUICK, SandboxSettings(**sandbox), process)


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
    lifeline, other = [first._lifeline] if first._lifeline else [], two_graders.connect()
    for sock in (two_graders._own.sock, *lifeline):  # all that a grader holds of it is closed when it is killed
        sock.close()
    assert ends(first)
    two_graders.use(other)
    second = started(two_graders, without=without)
    assert second.run_cell(Cell(0, "1 + 1"), time_limit(5)).status is CellStatus.OK
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
        kernel.run_cell(Cell(0, source), time_limit(10))
    kernel.close()


@pytest.mark.skipif(not available(), reason="no warm processes here")
@pytest.mark.parametrize("said", [b"half", frame(b"{}")[:-1], b"x" * (2 << 20), frame(b"[]"), frame(fork(-1))], ids=len)
def test_what_one_grader_says_costs_another_nothing(said: bytes, two_graders: ForkServerClient) -> None:
    kernel = started(two_graders)
    other = two_graders.connect().sock
    with suppress(OSError):  # it hangs up when it has heard enough
        other.sendall(said)
        other.shutdown(socket.SHUT_WR)
    other.settimeout(5)
    with suppress(ConnectionResetError):
        assert other.recv(9) == b"1", "what it says first of all"
        assert other.recv(9) == b"", "it has hung up"
    assert kernel.run_cell(Cell(0, "1 + 1"), time_limit(5)).status is CellStatus.OK
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
def test_an_answer_that_comes_too_late_is_nobodys(
    two_graders: ForkServerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(two_graders).close()
    two_graders._process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(fork_client, "FORK_TIMEOUT_S", 0.2)
    late = started(two_graders)
    assert not late._manager.provisioner.process.apart, "started cold"
    two_graders._process.send_signal(signal.SIGCONT)
    following = started(two_graders)
    for kernel in (late, following):
        assert kernel.run_cell(Cell(0, "1 + 1"), time_limit(5)).status is CellStatus.OK
        kernel.close()


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_nothing_is_loaded_for_graders_that_have_all_hung_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"its last words")
        assert not fork_server._hung_up(theirs)
        ours.close()
        assert fork_server._preload([], theirs) is None


@pytest.mark.skipif(not available(), reason="no warm processes here")
def test_there_is_a_connection_for_each_grader_however_many_have_ended(two_graders: ForkServerClient) -> None:
    kernel = started(two_graders)
    for _ in range(40):  # more than are ever there at once on one lane
        with two_graders.connect().sock as other:
            other.settimeout(20)
            assert other.recv(1) == b"1"
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    connection = two_graders.connect()

    def work() -> None:
        two_graders.use(connection)
        own = started(two_graders)
        theirs.send((own.run_cell(Cell(0, "1 + 1"), time_limit(5)).status, own._folder.parent == kernel._folder.parent))
        own.close()

    worker = context.Process(target=work)
    worker.start()
    connection.sock.close()
    assert ours.poll(20)
    assert ours.recv() == (CellStatus.OK, True), "forked from the same process"
    worker.join()
    assert kernel.run_cell(Cell(0, "1 + 1"), time_limit(5)).status is CellStatus.OK
    kernel.close()
