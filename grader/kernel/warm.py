"""A warm, clean process that kernels are forked from: Python, numpy and ipykernel loaded, and nothing of a course.

The grader's side (`WarmProcess`) imports next to nothing, so that the process is the first thing that a command starts.
The other side (`main`) holds no test, no reference, no submission; each kernel is a fork of a fork of it, behind walls.
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
from pathlib import Path
from types import TracebackType

MAX_REQUEST = 1 << 20
FORK_TIMEOUT_S = 30.0
PRELOADED = """numpy numpy.random numpy.linalg
    grader.kernel.app ipykernel.kernelapp ipykernel.ipkernel ipykernel.zmqshell
    IPython.core.completer IPython.core.completerlib IPython.core.magics IPython.core.debugger IPython.core.oinspect
    IPython.utils.wildcard tornado.platform.asyncio
    comm faulthandler resource pwd grader.kernel.boot""".split()


def available() -> bool:
    """Whether this system can fork kernels from a warm process."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class Forked:
    """A kernel's process (its supervisor where there are walls). Ends are seen through its pidfd, never by number."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid, self._descriptor = pid, descriptor

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
                os.killpg(self.pid, signal.SIGKILL)
            self.send_signal(signal.SIGKILL)


class WarmProcess:
    """The warm process, seen from the grader. One thread at a time."""

    def __init__(self, environment: dict[str, str]) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own module
                [sys.executable, "-m", "grader.kernel.warm", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        self._socket = ours
        self._socket.settimeout(FORK_TIMEOUT_S)

    def fork(self, boot: bytes, environment: dict[str, str], log: Path) -> Forked:
        """Start a kernel. `boot`: a Boot in JSON. Raise OSError when the warm process is gone or does not answer."""
        request = {"boot": boot.decode(), "environment": environment, "log": str(log)}
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        answer, descriptors, _, _ = socket.recv_fds(self._socket, 64, 1)
        if not answer or not descriptors:
            raise OSError("the warm process is gone")
        return Forked(int(answer), descriptors[0])

    def close(self) -> None:
        """It ends when its socket closes; kernels that still run are ended by their own lifelines."""
        self._socket.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> WarmProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def main(descriptor: int) -> None:
    """Fork a kernel for each request, until the grader hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _preload()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with socket.socket(fileno=descriptor) as grader:
        requests = grader.makefile("rb")
        while line := requests.readline(MAX_REQUEST):
            _reap()
            child = os.fork()
            if child == 0:
                requests.close()
                grader.close()
                _be_a_kernel(json.loads(line))
            handle = os.pidfd_open(child)
            socket.send_fds(grader, [str(child).encode()], [handle])
            os.close(handle)


def _preload() -> None:
    import gc
    import importlib

    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    from grader.kernel import sandbox

    sandbox.readable_roots()
    gc.collect()
    gc.freeze()  # what is shared stays shared: the collector of a fork does not touch it
    gc.set_threshold(10_000, 20, 20)  # a kernel lives for a second and makes few cycles


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _be_a_kernel(request: dict[str, object]) -> None:
    """Never returns."""
    from grader.kernel import boot

    status = 1
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(request["environment"])  # type: ignore[call-overload]
        log = os.open(str(request["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for target in (1, 2):
            os.dup2(log, target)
        os.close(log)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        boot.main(str(request["boot"]))
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(int(sys.argv[1]))
