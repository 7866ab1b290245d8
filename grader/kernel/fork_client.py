"""The fork server, seen from the grader: it starts that process, and asks it for kernels.

This module imports next to nothing, so that the fork server is the first thing that a command starts. `fork_server` is
what runs in it.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from grader.kernel.code_copy import module_command
from grader.kernel.inside.environment import kernel_environment

if TYPE_CHECKING:
    from grader.kernel.ends import Ends
    from grader.kernel.protocol.messages import Boot, SandboxSettings

# Where in the fork server's folder kernels have theirs. `n` is covered in each of them, so that none sees another's;
# `k` is what a rule of Landlock's that all of them share is about, so it may not be covered, and holds nothing else.
KERNELS = "k/n"
# The path of a unix socket has room for 104 characters on macOS, and for 108 on Linux.
MAX_TEMPORARY = 104 - len("/grade-12345678/door") - 1
FORK_TIMEOUT_S = 30.0
END_TIMEOUT_S = 5.0
MAX_SENT = 5  # descriptors with an answer; one less for a kernel that is apart


def available() -> bool:
    """Whether this system can fork kernels from a process that has loaded everything already."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def start(kernels: str, python: str = "", packages: Sequence[str] = ()) -> ForkServerClient | None:
    """A fork server, if `kernels` is "warm" and this system can have one."""
    return ForkServerClient(python, packages) if kernels == "warm" and available() else None


def temporary_folder() -> str:
    """The folder for kernels' folders: the system's choice, unless its path is too long for the socket in them. Raise
    OutputError where there is none."""
    try:
        chosen = str(Path(tempfile.gettempdir()).absolute())
    except FileNotFoundError as error:
        from grader.errors import OutputError
        from grader.i18n import msg

        text = msg(
            "there is no folder for temporary files that can be written to. Make room in /tmp, or name a folder that "
            "can in the variable TMPDIR."
        )
        raise OutputError(text) from error
    return "/tmp" if len(os.fsencode(chosen)) > MAX_TEMPORARY and os.name == "posix" else chosen  # noqa: S108


def new_folder(fork_server: ForkServerClient | None) -> Path:
    """A temporary folder that only its owner may enter. Raise ForkServerGone.

    With a fork server, it is removed when the process that started that server has ended, however it ends. Without
    one, the caller must remove it.
    """
    return fork_server.new_folder() if fork_server else Path(tempfile.mkdtemp(prefix="grade-", dir=temporary_folder()))


class ForkedProcess:
    """A kernel's process, or that of the supervisor above it. It is watched through its pidfd, never by number.

    `apart`: it runs in namespaces of its own, with which everything that it started ends, and has no supervisor.
    """

    def __init__(self, pid: int, apart: bool, descriptor: int, log: int, connections: Sequence[int]) -> None:
        """`log`: a file in memory with what it prints before it is behind its walls. `connections`: to it."""
        self.pid, self.apart, self._descriptor, self._log = pid, apart, descriptor, log
        self._connections = [socket.socket(fileno=connection) for connection in connections]

    def connections(self) -> list[socket.socket]:
        """To its agent, for cells, and to its supervisor where it has one. They are the caller's from here on."""
        taken, self._connections = self._connections, []
        return taken

    def log_text(self) -> str:
        """What it has printed so far."""
        with contextlib.suppress(OSError):
            return os.pread(self._log, 1 << 20, 0).decode(errors="replace")
        return ""

    def poll(self) -> int | None:
        """None while it runs."""
        return 0 if self._descriptor < 0 or select.select([self._descriptor], [], [], 0)[0] else None

    def wait(self, within_s: float | None = None) -> int:
        """Wait for its end, or so long."""
        if self._descriptor >= 0:
            select.select([self._descriptor], [], [], within_s)
            for descriptor in (self._descriptor, self._log):
                os.close(descriptor)
            self._descriptor = self._log = -1
        return 0

    def send_signal(self, number: int) -> None:
        if self._descriptor >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, number)

    def kill_group(self) -> None:
        """End it and the other processes of the group that it leads."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if not self.apart:
                    os.killpg(self.pid, signal.SIGKILL)
            self.send_signal(signal.SIGKILL)


class ForkServerGone(Exception):
    """The fork server has ended, or does not answer. Kernels must be started without it."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One process's connection to the fork server.

    Attributes:
        number: Which one it is, counted from 0.
        sock: The grader's end of it.
    """

    number: int
    sock: socket.socket


class ForkServerClient:
    """The grader's end of the fork server. Use it from one thread at a time. A process that is forked from this one has
    a connection of its own, and calls `use` with it.

    `python`: what it runs in, if that is not the grader's own. `packages`: modules that it loads for all kernels.
    """

    def __init__(self, python: str = "", packages: Sequence[str] = ()) -> None:
        self._packages = packages
        self._folder = Path(temporary_folder(), f"grade-{os.urandom(4).hex()}")
        for folder in (self._folder, Path(self._folder, KERNELS).parent, self._folder / KERNELS):
            folder.mkdir(mode=0o700)
        self._door, theirs = socket.socketpair()
        self._door.settimeout(FORK_TIMEOUT_S)
        with theirs:
            try:
                self._process = self._start(python, theirs.fileno())
            except BaseException:
                self._door.close()
                self._remove_folder()
                raise
        self._opened, self._count = 0, 0
        self._own = self.connect()
        self._kernels: memoryview | None = None
        self._tried: list[SandboxSettings] = []
        self._ends: Ends | None = None

    def connect(self) -> Connection:
        """One more connection, for a process that is forked from this one. Raise ForkServerGone, or OSError where this
        process can have no more."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._door, [b"1"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise ForkServerGone from error
        self._opened += 1
        return Connection(self._opened - 1, ours)

    def _start(self, python: str, door: int) -> subprocess.Popen[bytes]:
        command = module_command(python, "grader.kernel.fork_server", self._folder)
        return subprocess.Popen(  # noqa: S603  our own module
            [*command, str(self._folder), KERNELS, ",".join(self._packages), str(door)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[door],
            env=kernel_environment(Path("/")),
            cwd=self._folder if python else "/",
            start_new_session=True,
        )

    def use(self, connection: Connection, kernels: memoryview | None = None) -> None:
        """Use only this connection from here on: for a process forked from the one that started the fork server. The
        process ids of the last kernels stand in `kernels`."""
        for sock in (self._door, self._own.sock):
            sock.close()
        self._kernels = kernels
        self._own, self._count = connection, 0

    def new_folder(self) -> Path:
        """A folder for one kernel, or for other files that must not outlive the grader. Raise ForkServerGone.

        The fork server removes whatever is left of all of them when the grader has ended.
        """
        try:
            sock = self._own.sock
            sock.settimeout(FORK_TIMEOUT_S)
            if self._count == 0 and not sock.recv(1):  # sent once it will remove the outer folder
                raise ForkServerGone
            self._count += 1
            folder = self._folder / KERNELS / f"{self._own.number}-{self._count}"
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise ForkServerGone from error
        return folder

    def fork(self, boot: Boot, environment: dict[str, str]) -> ForkedProcess:
        """Start a kernel. Raise ForkServerGone."""
        from grader.kernel.protocol.channel import Channel, Closed
        from grader.kernel.protocol.messages import Fork

        cpus = sorted(os.sched_getaffinity(0))  # the grader waits for the kernel, so they can share a processor
        sock = self._own.sock
        try:
            Channel(sock, None).send(Fork(boot, environment, cpus, os.getpid()), FORK_TIMEOUT_S)
            answer, descriptors, _, _ = socket.recv_fds(sock, 64, MAX_SENT, socket.MSG_CMSG_CLOEXEC)
        except (OSError, Closed) as error:
            sock.close()  # an answer that comes late must not be taken for the next one
            raise ForkServerGone from error
        pid, apart = map(int, answer.split() or (0, 0))
        if len(descriptors) < MAX_SENT - apart:  # this process can have no more
            for descriptor in descriptors:
                os.close(descriptor)
            raise ForkServerGone
        handle, log, *connections = descriptors
        if self._kernels is not None:
            self._kernels[self._count % len(self._kernels)] = pid
        return ForkedProcess(pid, bool(apart), handle, log, connections)

    def has_tried(self, sandbox: SandboxSettings) -> bool:
        """Whether a kernel behind such walls has done what every notebook needs: then the others can do it too, whose
        files are in memory as its were."""
        return sandbox in self._tried

    def note_tried(self, sandbox: SandboxSettings) -> None:
        self._tried.append(sandbox)

    def let_end(self, process: ForkedProcess, folder: Path) -> None:
        """Kill a kernel that is apart, and leave its end and its folder to a thread."""
        from grader.kernel.ends import Ends

        process.kill_group()
        if self._ends is None or self._ends.process_id != os.getpid():
            self._ends = Ends()
        self._ends.leave(process, folder)

    def is_gone(self) -> bool:
        """Whether it has ended or hung up. The kernels that it had forked may have ended with it."""
        sock = self._own.sock
        try:
            return bool(select.select([sock], [], [], 0)[0]) and not sock.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):  # closed at this end
            return True

    def close(self) -> None:
        """End it, and with it all its kernels that still run."""
        self.hang_up()
        if not self._has_ended(END_TIMEOUT_S):
            self._process.kill()
        self._process.wait()
        if self._folder.exists():  # something else has ended it
            self._remove_folder()

    def hang_up(self) -> None:
        """Close all that this process has of it: once all do, it ends. `close` waits for that."""
        if self._ends is not None:
            self._ends.close()
        for sock in (self._door, self._own.sock):
            sock.close()

    def _has_ended(self, within_s: float) -> bool:
        """Whether the process ends in time. Popen looks only now and then."""
        if self._process.returncode is not None:
            return True
        try:
            handle = os.pidfd_open(self._process.pid)
        except ProcessLookupError:  # as where nobody waits for children: the system forgets them
            return True
        try:
            ended = select.poll()
            ended.register(handle, select.POLLIN)
            return bool(ended.poll(1000 * within_s))
        finally:
            os.close(handle)

    def _remove_folder(self) -> None:
        from grader.kernel.sandbox.supervisor import remove_tree

        remove_tree(self._folder)

    def __enter__(self) -> ForkServerClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
