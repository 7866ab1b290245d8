"""No two kernels that run are in one network namespace, nor is the grader; one that nobody is in serves another."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.kernel.fork_client import ForkServerClient, available
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.kernel.sandbox import networks
from grader.kernel.sandbox.networks import Networks
from tests.conftest import QUICK

pytestmark = pytest.mark.skipif(not available() or os.geteuid() != 0, reason="root sees the namespaces of others")


@contextmanager
def kernel(process: ForkServerClient, *without: str) -> Iterator[Path]:
    """Its folder in /proc."""
    running = Kernel(QUICK, SandboxSettings(without=without), process)
    forked = running._manager.provisioner.process
    pid = forked.pid
    try:
        if not forked.apart:
            pytest.skip("kernels do not begin in namespaces of their own here")
        yield Path(f"/proc/{pid}")
    finally:
        running.close()
        deadline = time.monotonic() + 10
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.01)


def network(process: Path) -> str:
    return os.readlink(process / "ns" / "net")


def test_kernels_that_run_at_once_share_none_and_the_next_ones_take_theirs() -> None:
    with ForkServerClient() as process:
        with kernel(process) as first, kernel(process) as second:
            server = Path(f"/proc/{process._process.pid}")
            before = {network(first), network(second)}
            assert len({*before, network(server), network(Path("/proc/self"))}) == 3, "the fork server is where we are"
        with kernel(process) as third, kernel(process) as fourth, kernel(process) as fifth:
            after = [network(third), network(fourth), network(fifth)]
            assert len({*after, network(server)}) == 4
            assert before <= {*after}, "made once"
            links = [os.readlink(link) for one in (third, fourth, fifth) for link in (one / "fd").iterdir()]
            assert not [link for link in links if link.startswith("net:")], "no way from one into another"


def test_a_kernel_without_one_of_its_walls_leaves_its_own_to_nobody() -> None:
    """It might be root there, and change what the next one finds."""
    with ForkServerClient() as process:
        with kernel(process, "user") as first:
            before = network(first)
            with kernel(process) as second:
                assert network(second) != before
        networks = Networks()
        assert not networks.enter(SandboxSettings(without=("user",)))
        assert not networks.enter(SandboxSettings(enabled=False))
        networks.close()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's namespaces")
def test_without_the_right_to_change_namespaces_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("grader.kernel.sandbox.networks.call", refused)
    networks = Networks()
    assert not networks.enter(SandboxSettings())
    networks.close()
    monkeypatch.setattr("grader.kernel.sandbox.networks._handle", refused)
    assert not Networks().enter(SandboxSettings()), "as where /proc is hidden"


def test_without_landlock_each_kernel_gets_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be root there, and write to /proc/sys/net."""

    def no_landlock() -> int:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(networks, "abi", no_landlock)
    assert not Networks().enter(SandboxSettings())
