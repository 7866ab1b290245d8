"""A warm, clean process that kernels are forked from: Python, numpy and ipykernel loaded, and nothing of a course.

The grader's side (`WarmProcess`) imports next to nothing, so that the process is the first thing that a command starts.
The other side (`main`) holds no test, no reference, no submission; each kernel is a fork of a fork of it, behind walls.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.kernel.app import KernelApp

MAX_REQUEST = 1 << 20
MAX_TEMPORARY = 108 - len("/grade-12345678/10000/kernel-5") - 1
FORK_TIMEOUT_S = 30.0
END_TIMEOUT_S = 3.0
PRELOADED = """numpy numpy.random numpy.linalg
    grader.kernel.app ipykernel.kernelapp ipykernel.ipkernel ipykernel.zmqshell
    IPython.core.completer IPython.core.completerlib IPython.core.magics IPython.core.debugger IPython.core.oinspect
    IPython.utils.wildcard tornado.platform.asyncio
    comm faulthandler resource pwd grader.kernel.boot""".split()


def available() -> bool:
    """Whether this system can fork kernels from a warm process."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def temporary_folder() -> str:
    """Where kernels' folders go: the system's choice, unless its path is too long for the sockets in them."""
    chosen = tempfile.gettempdir()
    return "/tmp" if len(os.fsencode(chosen)) > MAX_TEMPORARY and os.name == "posix" else chosen  # noqa: S108


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


class WarmProcessGone(Exception):
    """It ended, or does not answer: kernels are to be started anew."""


class WarmProcess:
    """The warm process, seen from the grader. One thread at a time.

    `connections`: how many processes will ask it for kernels, all forked from this one; each says `use` with a number
    of its own first.
    """

    def __init__(self, environment: dict[str, str], connections: int = 1) -> None:
        self._folder = Path(temporary_folder(), f"grade-{os.urandom(4).hex()}")
        pairs = [socket.socketpair() for _ in range(connections)]
        theirs = [pair[1].fileno() for pair in pairs]
        self._process = subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", "grader.kernel.warm", str(self._folder), *map(str, theirs)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=theirs,
            env=environment,
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
        """A folder for one kernel. The warm process takes away what is left of all of them when the grader is gone.
        Raise WarmProcessGone."""
        try:
            sock = self._sockets[self._index]
            sock.settimeout(FORK_TIMEOUT_S)
            if self._count == 0 and not sock.recv(1):  # it has made the folder
                raise WarmProcessGone
            self._count += 1
            # short: the path of a socket has room for a hundred characters
            folder = self._folder / f"{self._index}-{self._count}"
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise WarmProcessGone from error
        return folder

    def fork(self, boot: bytes, environment: dict[str, str], log: Path) -> Forked:
        """Start a kernel. `boot`: a Boot in JSON. Raise WarmProcessGone."""
        cpus = sorted(os.sched_getaffinity(0))  # where the grader waits for it: they take turns
        request = {"boot": boot.decode(), "environment": environment, "log": str(log), "cpus": cpus}
        try:
            self._sockets[self._index].sendall(json.dumps(request).encode() + b"\n")
            answer, descriptors, _, _ = socket.recv_fds(self._sockets[self._index], 64, 1)
        except OSError as error:
            raise WarmProcessGone from error
        if not answer or not descriptors:
            raise WarmProcessGone
        return Forked(int(answer), descriptors[0])

    def close(self) -> None:
        """It ends when all connections are closed; kernels that still run are ended by their own lifelines."""
        for sock in self._sockets:
            sock.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._folder.exists():  # it was ended from outside
            from grader.kernel.supervisor import remove_tree

            remove_tree(self._folder)

    def __enter__(self) -> WarmProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def main(folder: Path, descriptors: list[int]) -> None:
    """Fork a kernel for each request, until the grader hangs up. `folder`: to be made, for all that kernels need."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    graders = [socket.socket(fileno=descriptor) for descriptor in descriptors]
    folder.mkdir(mode=0o700)
    kernels: set[int] = set()
    try:
        folder.chmod(0o711)  # a kernel with a user id of its own passes through
        for grader in graders:
            grader.sendall(b"1")
        os.environ["HOME"] = str(folder)
        _serve(graders, kernels, _preload())
    finally:
        _clean_up(folder, kernels)


def _serve(graders: list[socket.socket], kernels: set[int], app: KernelApp) -> None:
    requests = {grader: grader.makefile("rb") for grader in graders}
    while requests:
        for grader in select.select(list(requests), [], [])[0]:
            try:
                line = requests[grader].readline(MAX_REQUEST)
                if line:
                    _fork_kernel(line, grader, requests, kernels, app)
                    continue
            except ConnectionError:
                pass
            del requests[grader]


def _fork_kernel(
    line: bytes,
    grader: socket.socket,
    requests: dict[socket.socket, io.BufferedReader],
    kernels: set[int],
    app: KernelApp,
) -> None:
    """Answers with the kernel's number and its pidfd."""
    _reap(kernels)
    child = os.fork()
    if child == 0:
        for sock, reader in requests.items():
            reader.close()
            sock.close()
        _be_a_kernel(json.loads(line), app)
    kernels.add(child)
    handle = os.pidfd_open(child)
    socket.send_fds(grader, [str(child).encode()], [handle])
    os.close(handle)


def _clean_up(folder: Path, kernels: set[int]) -> None:
    """Wait for the kernels' supervisors, which the grader's end has woken; end what is left, remove what they left."""
    deadline = time.monotonic() + END_TIMEOUT_S
    while kernels:
        _reap(kernels)
        if time.monotonic() > deadline:
            for pid in kernels:
                with contextlib.suppress(OSError):
                    os.killpg(pid, signal.SIGKILL)
        time.sleep(0.005)
    from grader.kernel.supervisor import remove_tree

    remove_tree(folder)


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


def _reap(kernels: set[int]) -> None:
    for pid in list(kernels):
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG) == (0, 0):
                continue
        kernels.discard(pid)


def _be_a_kernel(request: dict[str, object], app: KernelApp) -> None:
    """Never returns."""
    import msgspec

    from grader.kernel import boot, wire

    status = 1
    try:
        os.setsid()
        os.sched_setaffinity(0, request["cpus"])  # type: ignore[arg-type]
        os.environ.clear()
        os.environ.update(request["environment"])  # type: ignore[call-overload]
        log = os.open(str(request["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for target in (1, 2):
            os.dup2(log, target)
        os.close(log)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        boot.run(msgspec.json.decode(str(request["boot"]), type=wire.Boot), app)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(number) for number in sys.argv[2:]])
