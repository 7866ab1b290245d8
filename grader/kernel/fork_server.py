"""The warm process itself: Python, numpy and ipykernel loaded, and nothing of a course, no test, no submission.

Each kernel is a fork of it, behind walls. Where one begins in namespaces of its own it has no supervisor beside it: the
warm process is, as its parent, outside of the walls.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from grader.kernel.sandbox.supervisor import LOOK_AT_MEMORY_MS, family, held_bytes, remove_tree, taken_bytes

if TYPE_CHECKING:
    from grader.kernel.inside.app import KernelApp
    from grader.kernel.protocol import messages

MAX_REQUEST = 1 << 20
END_TIMEOUT_S = 3.0
PRELOADED = """numpy numpy.random numpy.linalg
    grader.kernel.inside.app ipykernel.kernelapp ipykernel.ipkernel ipykernel.zmqshell
    IPython.core.completer IPython.core.completerlib IPython.core.magics IPython.core.debugger IPython.core.oinspect
    IPython.utils.wildcard tornado.platform.asyncio
    comm faulthandler resource pwd grader.kernel.inside.boot""".split()


def main(folder: Path, descriptors: list[int]) -> None:
    """Fork a kernel for each request, until the grader hangs up. `folder`: to be made, for all that kernels need."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    graders = [socket.socket(fileno=descriptor) for descriptor in descriptors]
    folder.mkdir(mode=0o700)
    nursery = ForkServer()
    try:
        folder.chmod(0o711)  # a kernel with a user id of its own passes through
        for grader in graders:
            grader.sendall(b"1")
        os.environ["HOME"] = str(folder)
        nursery.serve(graders, _preload())
    finally:
        nursery.close()
        remove_tree(folder)


@dataclass(eq=False)
class Client:
    """A process of the grader that asks for kernels: its socket, what of a request has come, and its pidfd. Others may
    hold copies of its socket, so its end is seen by the pidfd too."""

    sock: socket.socket
    received: bytearray = field(default_factory=bytearray)
    pid: int = 0
    handle: int = -1

    def requests(self) -> Iterator[Any]:
        """Those that have come, without waiting. Raise OSError or ValueError when it has hung up or makes no sense."""
        with contextlib.suppress(BlockingIOError):
            while part := self.sock.recv(1 << 16, socket.MSG_DONTWAIT):
                self.received += part
                if len(self.received) > MAX_REQUEST:
                    raise ValueError("a request without an end")
            raise ConnectionError
        while b"\n" in self.received:
            line, _, self.received = self.received.partition(b"\n")
            yield json.loads(line)

    def watch(self, pid: int) -> None:
        """Raise OSError when that process is gone already."""
        if pid != self.pid:
            handle = os.pidfd_open(pid)
            self.close_handle()
            self.pid, self.handle = pid, handle

    def close_handle(self) -> None:
        if self.handle >= 0:
            os.close(self.handle)
        self.pid, self.handle = 0, -1

    def close(self) -> None:
        self.close_handle()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)  # close alone would leave copies of it open
        self.sock.close()


@dataclass(frozen=True)
class Child:
    """A kernel's process, and whom it is for. `apart`: in namespaces of its own, with which all of it ends."""

    client: Client
    folder: Path
    memory_bytes: int
    apart: bool


class ForkServer:
    """Forks kernels, and sees to it that those without a supervisor of their own neither outgrow their memory nor
    outlive the grader that they are for. Nothing that one asker does costs another its kernels."""

    def __init__(self) -> None:
        self._children: dict[int, Child] = {}
        self._clients: list[Client] = []
        self._looked_s = 0.0

    def serve(self, sockets: Sequence[socket.socket], app: KernelApp) -> None:
        """A kernel for each request, until all graders have hung up."""
        from grader.kernel.sandbox import walls as sandbox

        self._clients = [Client(sock) for sock in sockets]
        self._inherited, self._apart = held_bytes(os.getpid()), sandbox.can_fork_apart()
        while self._clients:
            heard = {client.sock.fileno(): (client, True) for client in self._clients}
            heard |= {client.handle: (client, False) for client in self._clients if client.handle >= 0}
            wait_s = LOOK_AT_MEMORY_MS / 1000 if self._children else None
            for descriptor in select.select(list(heard), [], [], wait_s)[0]:
                client, said = heard[descriptor]
                if client in self._clients:
                    self._hear(client, said, app)
            self._look()

    def _hear(self, client: Client, said: bool, app: KernelApp) -> None:
        try:
            if not said:
                raise ConnectionError
            for request in client.requests():
                client.watch(request["pid"])
                self._fork(request, client, app)
        except (OSError, ValueError, TypeError, LookupError, msgspec.MsgspecError):
            self._clients.remove(client)
            client.close()  # who is still there sees it, and starts kernels anew

    def close(self) -> None:
        """End all kernels. Supervisors, which the grader's end has woken, may first do it themselves."""
        self._clients = []
        deadline = time.monotonic() + END_TIMEOUT_S
        while self._children:
            self._look()
            if time.monotonic() > deadline:
                for pid in self._children:
                    with contextlib.suppress(OSError):
                        os.killpg(pid, signal.SIGKILL)
            time.sleep(0.005)

    def _fork(self, request: Mapping[str, Any], client: Client, app: KernelApp) -> None:
        """Answers with the kernel's number, whether it is apart, and its pidfd; without one where this machine has no
        room for it."""
        from grader.kernel.protocol import messages
        from grader.kernel.sandbox import walls as sandbox

        boot = msgspec.json.decode(request["boot"], type=messages.Boot)
        self._reap()
        try:
            pid = sandbox.fork_apart(boot.walls) if self._apart else None
            apart = pid is not None
            if pid is None:
                pid = os.fork()
        except OSError:
            client.sock.sendall(b"0 0")
            return
        if pid == 0:
            try:
                for other in self._clients:
                    other.close_handle()
                    other.sock.close()
                _be_a_kernel(request, boot, app, apart)
            finally:
                os._exit(70)  # a child must never go on as its parent
        self._children[pid] = Child(client, Path(boot.runtime_dir), boot.walls.memory_mib << 20, apart)
        try:
            handle = os.pidfd_open(pid)
        except OSError:
            os.kill(pid, signal.SIGKILL)
            client.sock.sendall(b"0 0")
            return
        try:
            socket.send_fds(client.sock, [f"{pid} {apart:d}".encode()], [handle])
        finally:
            os.close(handle)

    def _look(self) -> None:
        """End kernels whose grader is gone, and, now and then, those whose processes hold too much together."""
        self._reap()
        due = time.monotonic() > self._looked_s + LOOK_AT_MEMORY_MS / 1000
        if due:
            self._looked_s = time.monotonic()
        for pid, child in self._children.items():
            gone = child.client not in self._clients
            if child.apart and (gone or (due and taken_bytes(family(pid), self._inherited) > child.memory_bytes)):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        for pid, child in list(self._children.items()):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG) == (0, 0):
                    continue
            del self._children[pid]
            if child.apart and child.client not in self._clients:
                remove_tree(child.folder)


def _preload() -> KernelApp:
    import gc
    import importlib

    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    from grader.kernel.inside.app import prepare_kernel
    from grader.kernel.sandbox.mounts import closed_inside

    app = prepare_kernel()
    closed_inside()
    gc.collect()
    gc.freeze()  # what is shared stays shared: the collector of a fork does not touch it
    gc.set_threshold(10_000, 20, 20)  # a kernel lives for a second and makes few cycles
    return app


def _be_a_kernel(request: Mapping[str, Any], boot: messages.Boot, app: KernelApp, apart: bool) -> None:
    """Never returns."""
    from grader.kernel.inside.boot import run

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
