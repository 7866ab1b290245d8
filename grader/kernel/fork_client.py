"""A warm, clean process that kernels are forked from, as the grader sees it.

This module imports next to nothing, so that the process is the first thing that a command starts; `nursery` is what
runs in it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from grader.kernel.inside.environment import kernel_environment

MAX_TEMPORARY = 108 - len("/grade-12345678/10000/kernel-5") - 1
FORK_TIMEOUT_S = 30.0


def available() -> bool:
    """Whether this system can fork kernels from a warm process."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def start(kernels: str, connections: int = 1) -> ForkServerClient | None:
    """A warm process, if `kernels` are to be warm and can be so here."""
    return ForkServerClient(connections) if kernels == "warm" and available() else None


def temporary_folder() -> str:
    """Where kernels' folders go: the system's choice, unless its path is too long for the sockets in them."""
    chosen = tempfile.gettempdir()
    return "/tmp" if len(os.fsencode(chosen)) > MAX_TEMPORARY and os.name == "posix" else chosen  # noqa: S108


def new_folder(process: ForkServerClient | None) -> Path:
    """A folder in the temporary one, for its owner only. Of a warm process it goes with whoever started that, however
    they end; else it is to be removed. Raise WarmProcessGone."""
    return process.new_folder() if process else Path(tempfile.mkdtemp(prefix="grade-", dir=temporary_folder()))


class Forked:
    """A kernel's process, `apart` in namespaces of its own, or its supervisor's where there are other walls. Ends are
    seen through its pidfd, never by number."""

    def __init__(self, pid: int, descriptor: int, apart: bool) -> None:
        self.pid, self.apart, self._descriptor = pid, apart, descriptor

    def poll(self) -> int | None:
        """None while it runs."""
        return 0 if self._descriptor < 0 or select.select([self._descriptor], [], [], 0)[0] else None

    def wait(self) -> int:
        if self._descriptor >= 0:
            select.select([self._descriptor], [], [])
            os.close(self._descriptor)
            self._descriptor = -1
        return 0

    def send_signal(self, number: int) -> None:
        if self._descriptor >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, number)

    def kill_group(self) -> None:
        """End it and the processes of its group; it leads one."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if not self.apart:
                    os.killpg(self.pid, signal.SIGKILL)
            self.send_signal(signal.SIGKILL)


class ForkServerGone(Exception):
    """It ended, or does not answer: kernels are to be started anew."""


class ForkServerClient:
    """The warm process, seen from the grader. One thread at a time.

    `connections`: how many processes will ask it for kernels, all forked from this one; each says `use` with a number
    of its own first.
    """

    def __init__(self, connections: int = 1) -> None:
        self._folder = Path(temporary_folder(), f"grade-{os.urandom(4).hex()}")
        pairs = [socket.socketpair() for _ in range(connections)]
        theirs = [pair[1].fileno() for pair in pairs]
        self._process = subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", "grader.kernel.fork_server", str(self._folder), *map(str, theirs)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=theirs,
            env=kernel_environment(Path("/")),
            cwd="/",
            start_new_session=True,
        )
        for _, their in pairs:
            their.close()
        self._sockets = [our for our, _ in pairs]
        self._index, self._count = 0, 0

    def use(self, index: int) -> None:
        """Speak over this connection only, in a process forked from the one that started the warm process."""
        for other, sock in enumerate(self._sockets):
            if other != index:
                sock.close()
        self._index = index

    def new_folder(self) -> Path:
        """A folder for one kernel, or for what is to go with us. The warm process takes away what is left of all of
        them when the grader is gone. Raise WarmProcessGone."""
        try:
            sock = self._sockets[self._index]
            sock.settimeout(FORK_TIMEOUT_S)
            if self._count == 0 and not sock.recv(1):  # it has made the folder
                raise ForkServerGone
            self._count += 1
            # short: the path of a socket has room for a hundred characters
            folder = self._folder / f"{self._index}-{self._count}"
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise ForkServerGone from error
        return folder

    def fork(self, boot: bytes, environment: dict[str, str], log: Path) -> Forked:
        """Start a kernel. `boot`: a Boot in JSON. Raise WarmProcessGone."""
        cpus = sorted(os.sched_getaffinity(0))  # where the grader waits for it: they take turns
        request = {
            "boot": boot.decode(),
            "environment": environment,
            "log": str(log),
            "cpus": cpus,
            "pid": os.getpid(),
        }
        try:
            self._sockets[self._index].sendall(json.dumps(request).encode() + b"\n")
            answer, descriptors, _, _ = socket.recv_fds(self._sockets[self._index], 64, 1)
        except OSError as error:
            self._sockets[self._index].close()  # an answer that comes late must not be taken for the next one
            raise ForkServerGone from error
        if not answer or not descriptors:
            raise ForkServerGone
        pid, apart = map(int, answer.split())
        return Forked(pid, descriptors[0], bool(apart))

    def gone(self) -> bool:
        """Whether it has ended, or has hung up; kernels that it had forked may have ended with it."""
        sock = self._sockets[self._index]
        try:
            return bool(select.select([sock], [], [], 0)[0]) and not sock.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):  # closed at this end
            return True

    def close(self) -> None:
        """It ends when all connections are closed, and with it all its kernels that still run."""
        for sock in self._sockets:
            sock.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._folder.exists():  # it was ended from outside
            from grader.kernel.sandbox.supervisor import remove_tree

            remove_tree(self._folder)

    def __enter__(self) -> ForkServerClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
