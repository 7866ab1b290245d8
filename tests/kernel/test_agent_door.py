"""A kernel's agent comes in by its own socket, or the kernel did not start."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.kernel import agent_door
from grader.kernel.agent_door import AgentDoor


@pytest.fixture(params=["posix", "nt"])
def door(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    if request.param == "posix" and os.name != "posix":
        pytest.skip("no sockets in files here")
    monkeypatch.setattr(agent_door, "os", SimpleNamespace(name=request.param))
    monkeypatch.chdir(tmp_path_factory.mktemp("d"))
    door = AgentDoor(Path("agent"))
    yield door
    door.close()


def connect(door: AgentDoor) -> socket.socket:
    client = socket.socket(socket.AF_UNIX if door.path else socket.AF_INET)
    client.connect(door.path or ("127.0.0.1", door.port))
    return client


def test_whoever_connects_is_let_in(door: AgentDoor) -> None:
    assert bool(door.path) != bool(door.port)
    with connect(door) as client, door.accept(lambda: True) as server:
        client.sendall(b"x")
        assert server.recv(1) == b"x"


def test_a_kernel_that_is_gone_is_not_waited_for(door: AgentDoor) -> None:
    with pytest.raises(RuntimeError, match="ended before"):
        door.accept(lambda: False)


def test_nobody_is_waited_for_without_end(door: AgentDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_door, "START_TIMEOUT_S", 0.0)
    with pytest.raises(RuntimeError, match="ended before"):
        door.accept(lambda: True)


def test_a_socket_that_cannot_be_made_is_not_left_open(tmp_path: Path) -> None:
    with pytest.raises(OSError):  # noqa: PT011  the message is the system's
        AgentDoor(tmp_path / ("ż" * 200))
