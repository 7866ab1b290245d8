"""The fork server: a process with Python, numpy and ipykernel loaded, and nothing of a course, a test or a notebook.

Each kernel is a fork of it, behind walls. A kernel that begins in namespaces of its own has no supervisor beside it:
the fork server, which is its parent and outside of its walls, does a supervisor's work.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # signal's functions without its enums, which take longer
import contextlib
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.kernel.sandbox.networks import Networks
from grader.kernel.sandbox.supervisor import (
    LOOK_AT_MEMORY_MS,
    end_strays,
    family,
    held_bytes,
    remove_tree,
    taken_bytes,
)
from grader.kernel.sandbox.syscalls import PR_SET_CHILD_SUBREAPER, prctl

if TYPE_CHECKING:
    from grader.kernel.inside.app import KernelApp
    from grader.kernel.protocol.forking import Client, Handed
    from grader.kernel.protocol.messages import Fork, SandboxSettings
    from grader.kernel.sandbox.prepared import Prepared

END_TIMEOUT_S = 3.0
PRELOADED = """numpy numpy.random numpy.linalg
    grader.kernel.inside.app ipykernel.kernelapp ipykernel.ipkernel ipykernel.zmqshell
    IPython.core.completer IPython.core.completerlib IPython.core.magics IPython.core.debugger IPython.core.oinspect
    IPython.utils.wildcard tornado.platform.asyncio
    comm faulthandler resource pwd grader.kernel.inside.boot""".split()


def main(folder: Path, kernels: Path, packages: list[str], door: int) -> None:
    """Fork a kernel for each request, until the grader hangs up.

    `folder`: its own, removed at the end. `kernels`: where in it kernels have theirs. `packages`: modules to load for
    them. `door`: a socket over which the connections of the grader's processes come.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    server = ForkServer(kernels.parent, socket.socket(fileno=door))
    try:
        for above in (folder, kernels.parent, kernels):  # which a kernel with a user id of its own passes through
            above.chmod(0o711)
        server.let_in()
        os.environ["HOME"] = str(folder)
        if (app := _preload(packages, server.door)) is not None:
            server.serve(app)
    finally:
        server.close()
        remove_tree(folder)


@dataclass(frozen=True)
class Child:
    """A kernel's process.

    Attributes:
        client: whom it is for.
        folder: the kernel's own.
        memory_bytes: how much memory it may take, with all processes that it starts.
        apart: whether it runs in namespaces of its own, with which everything that it started ends.
    """

    client: Client
    folder: Path
    memory_bytes: float
    apart: bool


class ForkServer:
    """Forks kernels. Ends those without a supervisor that take too much memory or whose grader has ended.

    Nothing that one client does costs another its kernels.

    Attributes:
        door: over it new clients come, each a socket, until the process that started this one hangs up.
    """

    def __init__(self, place: Path, door: socket.socket) -> None:
        """`place`: the folder with those of all kernels."""
        self._place, self.door = place, door
        self._children: dict[int, Child] = {}
        self._clients: list[Client] = []
        self._looked_s = 0.0
        self._has_more = False
        self._environment: dict[str, str] = {}
        self._networks = Networks()

    def let_in(self) -> None:
        """Wait for the next client, or for the end of the door. A client hears at once that all that it makes will be
        removed."""
        from grader.kernel.protocol.forking import Client

        said, descriptors, _, _ = socket.recv_fds(self.door, 1, 1, socket.MSG_CMSG_CLOEXEC)
        if not said:
            self.door.close()
        for descriptor in descriptors:
            client = Client(socket.socket(fileno=descriptor))
            self._clients.append(client)
            with contextlib.suppress(OSError):  # it has ended, which its socket shows
                client.sock.sendall(b"1")

    def serve(self, app: KernelApp) -> None:
        """Fork a kernel for each request, until all clients have hung up and none can come."""
        from grader.kernel.sandbox.walls import probe_forks

        prctl(PR_SET_CHILD_SUBREAPER, 1)
        self._inherited = held_bytes(os.getpid())
        self._environment = dict(os.environ)
        self._apart, self._visible = probe_forks()
        while self._clients or self.door.fileno() >= 0:
            watched = {client.sock.fileno(): (client, False) for client in self._clients}
            watched |= {client.handle: (client, True) for client in self._clients if client.handle >= 0}
            door = self.door.fileno()
            wait_s = LOOK_AT_MEMORY_MS / 1000 if self._children else None
            for descriptor in select.select([*watched, *([door] if door >= 0 else [])], [], [], wait_s)[0]:
                if descriptor == door:
                    self.let_in()
                    continue
                client, ended = watched[descriptor]
                if client in self._clients:
                    self._answer(client, ended, app)
            self._look_at_children()
            if self._children and not self._has_more:
                self._load_more(app)

    def _load_more(self, app: KernelApp) -> None:
        """Load what only some kernels need, once the first has been forked: a single notebook does not wait for it."""
        import gc

        from grader.kernel.inside.app import load_tracebacks

        self._has_more = True
        load_tracebacks(app.shell)
        gc.freeze()

    def _answer(self, client: Client, ended: bool, app: KernelApp) -> None:
        from grader.kernel.protocol.channel import Closed
        from grader.kernel.protocol.values import WireError

        try:
            if ended:
                raise Closed
            for request in client.requests():
                self._fork(request, client, app)
        except (OSError, OverflowError, Closed, WireError):
            self._clients.remove(client)
            client.close()  # a client that still runs sees it, and starts kernels without us

    def close(self) -> None:
        """End all kernels. Supervisors, which the grader's end has woken, may do so first."""
        self._clients = []
        deadline = time.monotonic() + END_TIMEOUT_S
        while self._children:
            self._look_at_children()
            if time.monotonic() > deadline:
                for pid in self._children:
                    with contextlib.suppress(OSError):
                        os.killpg(pid, signal.SIGKILL)
            time.sleep(0.005)

    def _fork(self, request: Fork, client: Client, app: KernelApp) -> None:
        """Answer as Fork says; with "0 0" where no kernel can be forked."""
        from grader.kernel.protocol.forking import Handed

        boot, handed = request.boot, Handed()
        self._reap()
        try:
            pid, apart = self._fork_with(request, handed)
            if pid == 0:
                try:
                    self._close_clients()
                    self._networks.close()
                    _become_kernel(request, app, handed.log, handed.kernels_ends(), self._visible, self._prepared)
                finally:
                    os._exit(70)  # a child must never go on as its parent
            self._children[pid] = Child(client, Path(boot.runtime_dir), boot.sandbox.joint_memory_bytes, apart)
            try:
                handle = os.pidfd_open(pid)
            except OSError:
                os.kill(pid, signal.SIGKILL)
                raise
        except OSError:
            client.sock.sendall(b"0 0")
        else:
            socket.send_fds(client.sock, [f"{pid} {apart:d}".encode()], [handle, *handed.graders()])
            os.close(handle)
        finally:
            handed.close()

    def _fork_with(self, request: Fork, handed: Handed) -> tuple[int, bool]:
        """Fork. Returns as os.fork does, and whether the child is apart. Raise OSError."""
        from grader.kernel.sandbox.prepared import prepare

        handed.open()
        self._prepared = prepare(request.boot.sandbox, self._place)
        self._set_environment(request.environment)
        pid = self._fork_apart(request.boot.sandbox) if self._apart else None
        if pid is not None:
            return pid, True
        handed.connect()
        return os.fork(), False

    def _fork_apart(self, settings: SandboxSettings) -> int | None:
        from grader.kernel.sandbox.walls import fork_apart

        has_network, pid = self._networks.enter(settings), None
        try:
            pid = fork_apart(settings, has_network)
        finally:
            if has_network and pid != 0:
                self._networks.go_home()
        if has_network and pid:
            self._networks.keep_for(pid)
        return pid

    def _set_environment(self, wanted: dict[str, str]) -> None:
        """Have these variables and no others, as the next kernel is to have. Only those that differ are touched."""
        for name in self._environment.keys() - wanted.keys():
            del os.environ[name]
        for name, value in wanted.items() - self._environment.items():
            os.environ[name] = value
        self._environment = wanted

    def _close_clients(self) -> None:
        self.door.close()
        for client in self._clients:
            client.close_handle()
            client.sock.close()

    def _look_at_children(self) -> None:
        """End kernels whose grader has ended, and, now and then, those whose processes take too much memory."""
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
        """Forget children that have ended, and remove the folders of those whose grader has ended too."""
        for pid, child in list(self._children.items()):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG) == (0, 0):
                    continue
            del self._children[pid]
            self._networks.has_ended(pid)
            if not child.apart:
                end_strays(self._children)
            elif child.client not in self._clients:
                remove_tree(child.folder)


def _preload(packages: list[str], door: socket.socket) -> KernelApp | None:
    """Load what every kernel needs. Returns a kernel without a connection, for each fork to connect; None where the
    grader hangs up meanwhile, as it does where there is nothing to grade."""
    import gc
    import importlib

    gc.disable()  # what is loaded stays
    for name in PRELOADED:
        if _hung_up(door):
            return None
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for name in packages:
        with contextlib.suppress(Exception):  # what it says then, it says to who imports it
            importlib.import_module(name)
    from grader.kernel.inside.app import prepare_kernel
    from grader.kernel.inside.heap import fill_holes
    from grader.kernel.protocol.channel import decoder
    from grader.kernel.protocol.messages import Request
    from grader.kernel.sandbox.landlock import installed_graders
    from grader.kernel.sandbox.mounts import closed_inside
    from grader.kernel.sandbox.syscalls import find_functions

    app = prepare_kernel()
    decoder(Request)
    closed_inside()
    installed_graders()
    find_functions()
    gc.collect()
    fill_holes()
    gc.freeze()  # the garbage collector of a fork then leaves shared pages shared
    gc.set_threshold(10_000, 20, 20)  # a kernel lives for a second and makes few cycles
    gc.enable()
    return app


def _hung_up(door: socket.socket) -> bool:
    """Whether nobody is left who could ask for a kernel."""
    if door.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(door, 0)  # the end of a connection is always reported
    return bool(poll.poll(0))


def _become_kernel(
    request: Fork,
    app: KernelApp,
    log: int,
    ends: Sequence[socket.socket],
    visible: bool,
    prepared: Prepared,
) -> None:
    """Run the kernel in this process. Never returns."""
    from grader.kernel.inside.boot import run

    status = 1
    try:
        os.setsid()
        os.sched_setaffinity(0, request.cpus)
        for target in (1, 2):
            os.dup2(log, target)
        os.close(log)
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)
        agent, cells, *lifeline = ends
        run(request.boot, app, agent, cells, lifeline[0] if lifeline else None, visible, prepared)
        status = 0
    except BaseException:
        traceback.print_exc()  # until it is behind its walls, the grader sees it
    finally:
        os._exit(status)


if __name__ == "__main__":
    _, own, below, wanted, number = sys.argv
    main(Path(own), Path(own, below), [name for name in wanted.split(",") if name], int(number))
    os._exit(0)  # somebody waits for its end, and to take apart all that is loaded takes a while
