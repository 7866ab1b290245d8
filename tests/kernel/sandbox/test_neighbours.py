"""Kernels that run at the same time see nothing of each other's folders, whichever of the walls between them stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.kernel.fork_client import ForkServerClient, available
from grader.kernel.inside.environment import kernel_environment
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.timer import time_limit
from grader.model import Cell, CellStatus
from tests.conftest import QUICK

pytestmark = pytest.mark.skipif(not available(), reason="no warm processes here")
# Each alone keeps them apart; the user id is the same for all kernels of somebody who is not root.
ALONE = {"landlock": ("mount", "user"), "mount": ("landlock", "user")}
LOOK = """import os
other, own = {other!r}, os.path.realpath('../..')
tries = [
    lambda: os.listdir(other + '/work/scratch'),
    lambda: open(other + '/work/scratch/mój plik.txt').read(),
    lambda: open(other + '/work/scratch/cudzy.txt', 'w'),
    lambda: os.rename('own.txt', other + '/work/scratch/own.txt'),
    lambda: os.listdir(other),
]
open('own.txt', 'w').close()
done = []
for number, one in enumerate(tries):
    try:
        one()
        done.append(number)
    except OSError:
        pass
above = os.path.dirname(own)
try:
    done += [name for name in os.listdir(above) if name != os.path.basename(own)]
except OSError:
    pass
assert not done, done
"""


@pytest.fixture(params=ALONE)
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[Kernel, Kernel]]:
    with ForkServerClient() as process:
        settings = SandboxSettings(without=ALONE[request.param])
        first, second = Kernel(QUICK, settings, process), Kernel(QUICK, settings, process)
        try:
            if request.param not in " ".join(second.walls):
                pytest.skip(f"no {request.param} here")
            yield first, second
        finally:
            first.close()
            second.close()


def test_one_neither_reads_nor_writes_what_is_anothers(pair: tuple[Kernel, Kernel]) -> None:
    first, second = pair
    write = Cell(0, "with open('mój plik.txt', 'w') as file:\n    file.write('moje')")
    assert first.run_cell(write, time_limit(10)).status is CellStatus.OK
    looked = second.run_cell(Cell(0, LOOK.format(other=str(first._folder))), time_limit(10))
    assert looked.status is CellStatus.OK, looked.error
    again = first.run_cell(Cell(1, "assert open('mój plik.txt').read() == 'moje'"), time_limit(10))
    assert again.status is CellStatus.OK, again.error


def test_what_the_kernels_share_is_not_left_open_in_one(pair: tuple[Kernel, Kernel]) -> None:
    """Through the set of rules that all share, one could allow the next ones anything."""
    _, kernel = pair
    assert not [link for link in opened(kernel._pid) if "landlock" in link]
    deny = (
        "import ctypes\n"
        "assert ctypes.CDLL(None, use_errno=True).syscall(445, 0, 0, 0, 0) == -1\n"
        "assert ctypes.get_errno() == 1"
    )
    looked = kernel.run_cell(Cell(0, deny), time_limit(10))
    assert looked.status is CellStatus.OK, looked.error


def descriptors(pid: int) -> set[str]:
    """The sockets and pipes that a process has open, by their numbers in the system."""
    return {link for link in opened(pid) if link.startswith(("socket:", "pipe:"))}


def opened(pid: int) -> list[str]:
    """What a process has open, by its names in the system."""
    try:
        return [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    except PermissionError:
        pytest.skip("only root may look into a kernel")


def test_kernels_share_no_socket_with_each_other_or_with_what_they_are_forked_from() -> None:
    """Nor those of an event loop that was made before."""
    with ForkServerClient() as process:
        kernels = [Kernel(QUICK, SandboxSettings(), process) for _ in range(2)]
        try:
            if not kernels[0]._apart:
                pytest.skip("no namespaces here")
            first, second = (descriptors(kernel._pid) for kernel in kernels)
            assert len(first) > 3, "its own"
            assert first.isdisjoint(second)
            assert (first | second).isdisjoint(descriptors(process._process.pid))
        finally:
            for kernel in kernels:
                kernel.close()


def test_a_kernels_variables_are_its_own_and_no_others() -> None:
    with ForkServerClient() as process:
        for _ in range(2):
            kernel = Kernel(QUICK, SandboxSettings(), process)
            wanted = kernel_environment(kernel._folder / "work" / "home")
            source = f"import os\nassert dict(os.environ) == {wanted!r}, dict(os.environ)\nos.environ['MÓJ'] = '1'"
            ran = kernel.run_cell(Cell(0, source), time_limit(10))
            kernel.close()
            assert ran.status is CellStatus.OK, ran.error
