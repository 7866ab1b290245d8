"""The kernel's process, from its first line to its last: connect, go behind the walls, be an ipykernel with our agent."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

import msgspec

from grader.kernel import agent, sandbox, wire


class Boot(msgspec.Struct, frozen=True):
    """What a kernel needs to know. It holds nothing of the course's.

    `agent_path`: the grader's unix socket, or `agent_port` and `token` where there are none (Windows).
    """

    connection_file: str
    runtime_dir: str
    scratch_dir: str
    agent_path: str
    agent_port: int
    token: str
    output_bytes: int
    walls: sandbox.Walls


class Hello(msgspec.Struct, frozen=True, tag_field="t", tag="hello"):
    """The kernel's first frame: the walls that stand, and why others do not."""

    token: str
    walls: list[str]
    missing: list[str]
    pid: int


def main(argument: str) -> None:
    """Be the kernel that `argument`, a Boot in JSON, describes. Does not return."""
    run(msgspec.json.decode(argument, type=Boot))


def run(boot: Boot) -> None:
    channel = wire.Channel(connect(boot), wire.Request)
    os.chdir(boot.scratch_dir)
    stood, missing = sandbox.raise_walls(boot.walls)
    channel.send(Hello(boot.token, stood, missing, os.getpid()))  # type: ignore[arg-type]
    serve_kernel(boot, channel)


def connect(boot: Boot) -> socket.socket:
    if boot.agent_path:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(boot.agent_path)
        return sock
    return socket.create_connection(("127.0.0.1", boot.agent_port))


def serve_kernel(boot: Boot, channel: wire.Channel) -> None:
    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance()
    app.initialize(
        [
            f"--f={boot.connection_file}",
            "--HistoryManager.enabled=False",
            "--IPKernelApp.log_level=50",
        ]
    )
    agent.install(app.shell, channel, boot.output_bytes)
    app.start()


if __name__ == "__main__":
    main(sys.argv[1])
