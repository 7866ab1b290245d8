"""The kernel's process from its first line: connect, go behind the walls, be an ipykernel with our agent in it."""

from __future__ import annotations

import os
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

import msgspec

from grader.kernel import agent, sandbox, wire


class Boot(msgspec.Struct, frozen=True):
    """What a kernel needs to know. It holds nothing of the course's.

    `agent_path`: the grader's unix socket, or `agent_port` and `token` where there are none (Windows).
    """

    connection_file: str
    runtime_dir: str
    agent_path: str
    agent_port: int
    token: str
    output_bytes: int
    walls: sandbox.Walls


class Broken(wire.Frozen, frozen=True, tag="broken"):
    """The kernel could not start behind the walls."""

    text: str


class Hello(wire.Frozen, frozen=True, tag="hello"):
    """The kernel's first frame: the walls that stand, and why others do not."""

    token: str
    walls: list[str]
    missing: list[str]


def main(argument: str) -> None:
    """Be the kernel that `argument`, a Boot in JSON, describes. Does not return."""
    run(msgspec.json.decode(argument, type=Boot))


def run(boot: Boot) -> None:
    channel = wire.Channel(connect(boot), wire.Request)
    lifeline = connect(boot)
    standing = sandbox.enter(boot.walls, Path(boot.runtime_dir), lifeline)
    os.chdir(Path(boot.runtime_dir, "work", "scratch"))
    _forget_the_log()
    try:
        app = _make_kernel(boot)
        agent.install(app.shell, channel, boot.output_bytes)
        sandbox.seal(standing)
    except BaseException:
        channel.send(Broken(traceback.format_exc()[-4000:]))
        raise
    channel.send(Hello(boot.token, standing.stood, standing.missing))
    app.start()


def _forget_the_log() -> None:
    """From here on what the process prints past IPython goes nowhere: no file of the grader's is open."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def connect(boot: Boot) -> socket.socket:
    if boot.agent_path:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(boot.agent_path)
        return sock
    return socket.create_connection(("127.0.0.1", boot.agent_port))


def _make_kernel(boot: Boot) -> Any:
    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance()
    app.initialize([f"--f={boot.connection_file}", "--HistoryManager.enabled=False", "--IPKernelApp.log_level=50"])
    return app


if __name__ == "__main__":
    main(sys.argv[1])
