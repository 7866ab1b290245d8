"""The warm process itself: Python, numpy and ipykernel loaded, and nothing of a course, no test, no submission.

Each kernel is a fork of it, behind walls. Where one begins in namespaces of its own it has no supervisor beside it: the
warm process is, as its parent, outside of the walls.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.kernel.supervisor import LOOK_AT_MEMORY_MS, family, held_bytes, remove_tree, taken_bytes

if TYPE_CHECKING:
    from grader.kernel import wire
    from grader.kernel.app import KernelApp

MAX_REQUEST = 1 << 20
END_TIMEOUT_S = 3.0
PRELOADED = """numpy numpy.random numpy.linalg
    grader.kernel.app ipykernel.kernelapp ipykernel.ipkernel ipykernel.zmqshell
    IPython.core.completer IPython.core.completerlib IPython.core.magics IPython.core.debugger IPython.core.oinspect
    IPython.utils.wildcard tornado.platform.asyncio
    comm faulthandler resource pwd grader.kernel.boot""".split()


def main(folder: Path, descriptors: list[int]) -> None:
    """Fork a kernel for each request, until the grader hangs up. `folder`: to be made, for all that kernels need."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    graders = [socket.socket(fileno=descriptor) for descriptor in descriptors]
    folder.mkdir(mode=0o700)
    nursery = Nursery()
    try:
        folder.chmod(0o711)  # a kernel with a user id of its own passes through
        for grader in graders:
            grader.sendall(b"1")
        os.environ["HOME"] = str(folder)
        nursery.serve(graders, _preload())
    finally:
        nursery.close()
        remove_tree(folder)


@dataclass(frozen=True)
class Child:
    """A kernel's process, and which grader it is for. `apart`: in namespaces of its own, with which all of it ends."""

    grader: socket.socket
    folder: Path
    memory_bytes: int
    apart: bool


class Nursery:
    """Forks kernels, and sees to it that those without a supervisor of their own neither outgrow their memory nor
    outlive the grader that they are for."""

    def __init__(self) -> None:
        self._children: dict[int, Child] = {}
        self._readers: dict[socket.socket, io.BufferedReader] = {}
        self._looked_s = 0.0

    def serve(self, graders: Sequence[socket.socket], app: KernelApp) -> None:
        """A kernel for each request, until all graders have hung up."""
        from grader.kernel import sandbox

        self._readers = {grader: grader.makefile("rb") for grader in graders}
        self._inherited, self._apart = held_bytes(os.getpid()), sandbox.can_fork_apart()
        while self._readers:
            wait_s = LOOK_AT_MEMORY_MS / 1000 if self._children else None
            for grader in select.select(list(self._readers), [], [], wait_s)[0]:
                try:
                    line = self._readers[grader].readline(MAX_REQUEST)
                    if line:
                        self._fork(line, grader, app)
                        continue
                except ConnectionError:
                    pass
                del self._readers[grader]
            self._look()

    def close(self) -> None:
        """End all kernels. Supervisors, which the grader's end has woken, may first do it themselves."""
        self._readers = {}
        deadline = time.monotonic() + END_TIMEOUT_S
        while self._children:
            self._look()
            if time.monotonic() > deadline:
                for pid in self._children:
                    with contextlib.suppress(OSError):
                        os.killpg(pid, signal.SIGKILL)
            time.sleep(0.005)

    def _fork(self, line: bytes, grader: socket.socket, app: KernelApp) -> None:
        """Answers with the kernel's number, whether it is apart, and its pidfd."""
        import msgspec

        from grader.kernel import sandbox, wire

        request = json.loads(line)
        boot = msgspec.json.decode(request["boot"], type=wire.Boot)
        self._reap()
        pid = sandbox.fork_apart(boot.walls) if self._apart else None
        apart = pid is not None
        if pid is None:
            pid = os.fork()
        if pid == 0:
            for sock, reader in self._readers.items():
                reader.close()
                sock.close()
            _be_a_kernel(request, boot, app, apart)
        self._children[pid] = Child(grader, Path(boot.runtime_dir), boot.walls.memory_mib << 20, apart)
        handle = os.pidfd_open(pid)
        try:
            socket.send_fds(grader, [f"{pid} {apart:d}".encode()], [handle])
        finally:
            os.close(handle)

    def _look(self) -> None:
        """End kernels whose grader is gone, and, now and then, those whose processes hold too much together."""
        self._reap()
        due = time.monotonic() > self._looked_s + LOOK_AT_MEMORY_MS / 1000
        if due:
            self._looked_s = time.monotonic()
        for pid, child in self._children.items():
            gone = child.grader not in self._readers
            if child.apart and (gone or (due and taken_bytes(family(pid), self._inherited) > child.memory_bytes)):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        for pid, child in list(self._children.items()):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG) == (0, 0):
                    continue
            del self._children[pid]
            if child.apart and child.grader not in self._readers:
                remove_tree(child.folder)


def _preload() -> KernelApp:
    import gc
    import importlib

    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    from grader.kernel.app import prepare_kernel
    from grader.kernel.landlock import readable_roots

    readable_roots()
    app = prepare_kernel()
    gc.collect()
    gc.freeze()  # what is shared stays shared: the collector of a fork does not touch it
    gc.set_threshold(10_000, 20, 20)  # a kernel lives for a second and makes few cycles
    return app


def _be_a_kernel(request: Mapping[str, Any], boot: wire.Boot, app: KernelApp, apart: bool) -> None:
    """Never returns."""
    from grader.kernel.boot import run

    status = 1
    try:
        os.setsid()
        os.sched_setaffinity(0, request["cpus"])
        os.environ.clear()
        os.environ.update(request["environment"])
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for target in (1, 2):
            os.dup2(log, target)
        os.close(log)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        run(boot, app, apart)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(number) for number in sys.argv[2:]])
