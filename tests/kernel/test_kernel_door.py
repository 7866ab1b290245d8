"""A kernel comes in by its own socket, or it did not start."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.kernel import kernel_door
from grader.kernel.kernel_door import KernelDoor
from grader.kernel.protocol.messages import CONNECTIONS


@pytest.fixture(params=["posix", "nt"])
def door(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    if request.param == "posix" and os.name != "posix":
        pytest.skip("no sockets in files here")
    monkeypatch.setattr(kernel_door, "os", SimpleNamespace(name=request.param))
    monkeypatch.chdir(tmp_path_factory.mktemp("d"))
    door = KernelDoor(Path("door"))
    yield door
    door.close()


def connect(door: KernelDoor) -> socket.socket:
    client = socket.socket(socket.AF_UNIX if door.path else socket.AF_INET)
    client.connect(door.path or ("127.0.0.1", door.port))
    return client


def test_whoever_connects_is_let_in(door: KernelDoor) -> None:
    assert bool(door.path) != bool(door.port)
    with connect(door) as client, door.accept(lambda: True) as server:
        client.sendall(b"x")
        assert server.recv(1) == b"x"


def test_each_connection_is_known_by_its_turn_and_nobody_is_let_in_after_them(door: KernelDoor) -> None:
    clients = [connect(door) for _ in range(CONNECTIONS)]
    servers = door.accept_all(lambda: True)
    for number, (client, server) in enumerate(zip(clients, servers, strict=True)):
        with client, server:
            client.sendall(bytes([number]))
            assert server.recv(1) == bytes([number])
    with pytest.raises(OSError):  # noqa: PT011  the message is the system's
        connect(door)


def test_a_kernel_that_is_gone_is_not_waited_for(door: KernelDoor) -> None:
    with pytest.raises(RuntimeError, match="ended before"):
        door.accept(lambda: False)


def test_nobody_is_waited_for_without_end(door: KernelDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_door, "START_TIMEOUT_S", 0.0)
    with pytest.raises(RuntimeError, match="ended before"):
        door.accept(lambda: True)


def test_a_socket_that_cannot_be_made_is_not_left_open(tmp_path: Path) -> None:
    with pytest.raises(OSError):  # noqa: PT011  the message is the system's
        KernelDoor(tmp_path / ("ż" * 200))
