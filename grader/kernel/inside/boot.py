"""The kernel's process from its first line: connect, go behind the walls, be an ipykernel with our agent in it."""

from __future__ import annotations

import os
import socket
import sys
import traceback
from pathlib import Path

import msgspec

from grader.kernel.inside import agent
from grader.kernel.inside.app import KernelApp, prepare_kernel
from grader.kernel.protocol import messages
from grader.kernel.protocol.channel import Channel
from grader.kernel.sandbox import walls as sandbox
from grader.kernel.sandbox.supervisor import remove_tree


def main(argument: str) -> None:
    """Be the kernel that `argument`, a Boot in JSON, describes. Does not return."""
    boot = msgspec.json.decode(argument, type=messages.Boot)
    run(boot, prepare_kernel())


def run(boot: messages.Boot, app: KernelApp, apart: bool = False) -> None:
    """The same with a kernel that was prepared before, in the process that this one was forked from. `apart`: into
    namespaces of its own, whose end that process sees to."""
    try:
        channel = Channel(connect(boot), messages.Request)
        lifeline = None if apart else connect(boot)
    except OSError:  # the grader is gone before its kernel was there
        remove_tree(Path(boot.runtime_dir))
        return
    status = sandbox.enter(boot.walls, Path(boot.runtime_dir), lifeline, apart)
    os.chdir(Path(boot.runtime_dir, "work", "scratch"))
    _forget_the_log()
    try:
        app.connect(boot.connection_file)
        agent.install(app.shell, channel, boot.output_bytes)
        sandbox.seal(status)
        channel.send(messages.Hello(boot.token, status.stood, status.missing))
        agent.try_out()
    except BaseException:
        channel.send(messages.Broken(traceback.format_exc()[-4000:]))
        raise
    app.start()


def _forget_the_log() -> None:
    """From here on what the process prints past IPython goes nowhere: no file of the grader's is open."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def connect(boot: messages.Boot) -> socket.socket:
    if boot.agent_path:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(boot.agent_path)
        return sock
    return socket.create_connection(("127.0.0.1", boot.agent_port))


if __name__ == "__main__":
    main(sys.argv[1])
