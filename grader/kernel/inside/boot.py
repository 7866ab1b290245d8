"""The kernel's process from its first line: connect, go behind the walls, be an ipykernel with our agent in it."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import traceback
from pathlib import Path

import msgspec

from grader.kernel.inside import agent
from grader.kernel.inside.app import KernelApp, prepare_kernel
from grader.kernel.protocol.channel import Channel
from grader.kernel.protocol.messages import CONNECTIONS, Boot, Broken, Hello, Request
from grader.kernel.sandbox import walls
from grader.kernel.sandbox.prepared import Prepared
from grader.kernel.sandbox.supervisor import remove_tree


def main(argument: str) -> None:
    """Be the kernel that `argument`, a Boot in JSON, describes. Does not return."""
    boot = msgspec.json.decode(argument, type=Boot)
    app = prepare_kernel()
    try:
        grader, cells, lifeline = (connect(boot) for _ in range(CONNECTIONS))
    except OSError:  # the grader ended before its kernel could start
        remove_tree(Path(boot.runtime_dir))
        return
    run(boot, app, grader, cells, lifeline)


def run(
    boot: Boot,
    app: KernelApp,
    grader: socket.socket,
    cells: socket.socket,
    lifeline: socket.socket | None,
    visible: bool = False,
    prepared: Prepared | None = None,
) -> None:
    """Be that kernel in a process where `app` has been prepared. Returns when the kernel has ended.

    `grader`: a connection to it. `cells`: another, over which it asks for cells. `lifeline`: one for a supervisor; None
    where this process was forked into namespaces of its own, and its parent does the work of a supervisor, to which the
    memory of its processes is `visible` or not. `prepared`: by that parent.
    """
    folder, channel = Path(boot.runtime_dir), Channel(grader, Request)
    status = walls.enter(boot.sandbox, folder, lifeline, lifeline is None, visible, prepared)
    os.chdir(folder / "work" / "scratch")
    _choose_temporary_folder()
    _close_log()
    try:
        app.connect(cells)
        agent.install(app.shell, channel, boot, status.stood)
        app.kernel.answer_grader = agent.serve
        walls.seal(status)
        channel.send(Hello(boot.token, status.stood, status.missing))
        if boot.tries_out:
            agent.try_out()
    except BaseException:
        channel.send(Broken(traceback.format_exc()[-4000:]))
        raise
    app.start()


def _choose_temporary_folder() -> None:
    """As Python would choose it for the first cell: it writes a file to see whether that works."""
    folder = os.environ.get("TMPDIR", "")
    if tempfile.tempdir is None and os.access(folder, os.W_OK | os.X_OK):
        tempfile.tempdir = folder


def _close_log() -> None:
    """From here on, what the process prints past IPython goes nowhere: no file of the grader's stays open."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def connect(boot: Boot) -> socket.socket:
    """A connection to the grader. Raise OSError."""
    if boot.door_path:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(boot.door_path)
        return sock
    return socket.create_connection(("127.0.0.1", boot.door_port))


if __name__ == "__main__":
    main(sys.argv[1])
