"""What a kernel writes lies in memory behind its walls: on the disk nothing is made for it, which would take long."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.errors import KernelStartError
from grader.kernel.fork_client import ForkedProcess, ForkServerClient, available
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.provisioner import ColdProcess
from grader.kernel.sandbox.files import DataFiles
from grader.kernel.timer import time_limit
from grader.model import Cell, CellStatus
from tests.conftest import QUICK

forked = pytest.mark.skipif(not available(), reason="no warm processes here")
LOOK = "import os\nopen('zapisany ż.txt', 'w').close()\nprint(sorted(os.listdir()))"


@pytest.fixture
def server() -> Iterator[ForkServerClient]:
    with ForkServerClient() as client:
        yield client


def descriptors_after(kernel: Kernel) -> int:
    """How many are open once the kernel, which has been closed, has ended."""
    deadline = time.monotonic() + 10
    while kernel._folder.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return len(os.listdir("/proc/self/fd"))


def below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@forked
def test_nothing_is_made_on_the_disk_and_no_descriptor_stays_open(server: ForkServerClient) -> None:
    first = Kernel(QUICK, SandboxSettings(), server)
    if "mount" not in first.walls:
        first.close()
        pytest.skip("no mount wall here")
    first.close()
    before = descriptors_after(first)
    for _ in range(3):
        kernel = Kernel(QUICK, SandboxSettings(), server)
        assert kernel.run_cell(Cell(0, LOOK), time_limit(5)).printed == "['zapisany ż.txt']\n"
        assert below(kernel._folder) == []
        kernel.close()
        assert descriptors_after(kernel) == before


@pytest.mark.parametrize(
    "sandbox",
    [SandboxSettings(enabled=False), SandboxSettings(without=("mount",)), SandboxSettings(without=("pid", "mount"))],
    ids=["no walls", "apart", "with a supervisor"],
)
@pytest.mark.parametrize("kind", ["forked", "cold"])
def test_without_that_wall_its_folder_is_on_the_disk(kind: str, sandbox: SandboxSettings) -> None:
    if kind == "forked" and not available():
        pytest.skip("no warm processes here")
    with ForkServerClient() as server:
        kernel = Kernel(QUICK, sandbox, server if kind == "forked" else None)
        try:
            assert kernel.run_cell(Cell(0, LOOK), time_limit(5)).printed == "['zapisany ż.txt']\n"
            assert "work/scratch/zapisany ż.txt" in below(kernel._folder)
        finally:
            kernel.close()


@pytest.mark.parametrize("without", [(), ("mount",)], ids=["in memory", "on the disk"])
@pytest.mark.parametrize("kind", ["forked", "cold"])
def test_files_of_the_course_lie_there_wherever_it_is(kind: str, without: tuple[str, ...], tmp_path: Path) -> None:
    if kind == "forked" and not available():
        pytest.skip("no warm processes here")
    (tmp_path / "pomiary" / "głębiej").mkdir(parents=True)
    (tmp_path / "pomiary" / "głębiej" / "dane.csv").write_text("1;2")
    with ForkServerClient() as server:
        files = DataFiles(str(tmp_path / "pomiary"))
        kernel = Kernel(QUICK, SandboxSettings(without=without), server if kind == "forked" else None, files=files)
        try:
            result = kernel.run_cell(Cell(0, "print(open('głębiej/dane.csv').read())"), time_limit(5))
            assert (result.status, result.printed) == (CellStatus.OK, "1;2\n")
        finally:
            kernel.close()


@forked
def test_what_a_kernel_printed_before_it_failed_is_told(
    server: ForkServerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its environment has no home that it could go to: what Python writes then is all there is to see."""
    fork = ForkServerClient.fork

    def wrong(self: ForkServerClient, request: object, environment: dict[str, str]) -> ForkedProcess:
        return fork(self, msgspec.structs.replace(request, runtime_dir="/nie ma takiego"), environment)  # type: ignore[type-var]

    monkeypatch.setattr(ForkServerClient, "fork", wrong)
    with pytest.raises(KernelStartError, match="nie ma takiego"):
        Kernel(QUICK, SandboxSettings(), server)


@forked
def test_a_grader_that_can_have_no_more_descriptors_starts_a_kernel_without_the_fork_server(
    server: ForkServerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = socket.recv_fds

    def receive_one(*args: int) -> tuple[bytes, list[int], int, object]:
        said, handles, flags, address = receive(*args)  # type: ignore[arg-type]
        for handle in handles[1:]:
            os.close(handle)
        return said, handles[:1], flags, address

    monkeypatch.setattr(socket, "recv_fds", receive_one)
    kernel = Kernel(QUICK, SandboxSettings(), server)
    try:
        assert isinstance(kernel._manager.provisioner.process, ColdProcess)
        assert kernel.run_cell(Cell(0, "1 + 1"), time_limit(5)).status is CellStatus.OK
    finally:
        kernel.close()


HUNG_UP = """
import select, socket
hung_up = []
for number in range(100):
    try:
        one = socket.socket(fileno=number)
    except OSError:
        continue
    poll = select.poll()
    poll.register(one, select.POLLIN)
    try:
        one.getpeername()
        hung_up += [one.detach() for _, what in poll.poll(0) if what & select.POLLHUP]
    except OSError:
        pass
    one.detach()
print(hung_up)
"""


@forked
@pytest.mark.parametrize("without", [(), ("pid",)], ids=["apart", "supervised"])
def test_a_kernel_holds_no_connection_to_nobody(without: tuple[str, ...], server: ForkServerClient) -> None:
    kernel = Kernel(QUICK, SandboxSettings(without=without), server)
    try:
        assert kernel.run_cell(Cell(0, HUNG_UP), time_limit(5)).printed == "[]\n"
    finally:
        kernel.close()
