"""The kernel's process and its sockets, as nbclient asks for them.

Jupyter's own manager and client of a kernel do more, and read a hundred settings for each, which takes longer than to
fork it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any, Protocol

import zmq
from jupyter_client.session import DELIM

from grader.kernel.protocol.jupyter import ASK_REQUEST, MAX_MESSAGE_BYTES, Channel, QuickSession, send_frames

MAX_WAITING_MESSAGES = 30


class Process(Protocol):
    """A kernel's process, which leads a session of its own. `apart`: everything that it starts ends with it.
    `log_text`: what it has printed before it was behind its walls."""

    @property
    def apart(self) -> bool: ...
    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...
    def wait(self) -> int: ...
    def send_signal(self, number: int) -> None: ...
    def kill_group(self) -> None: ...
    def log_text(self) -> str: ...


class ColdProcess:
    """A kernel in a new interpreter."""

    apart = False

    def __init__(self, argv: list[str], environment: dict[str, str], cwd: Path, log: Path) -> None:
        self._log = log
        with log.open("wb") as out:
            self._process = subprocess.Popen(  # noqa: S603  our own command
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment,
                cwd=cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.poll()

    def wait(self) -> int:
        return self._process.wait()

    def send_signal(self, number: int) -> None:
        self._process.send_signal(number)

    def log_text(self) -> str:
        try:
            return self._log.read_text(errors="replace")
        except OSError:
            return ""

    def kill_group(self) -> None:
        if self._process.poll() is not None:
            return
        if sys.platform == "win32":
            self._process.kill()
        else:
            os.killpg(self._process.pid, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a kernel's sockets are, as ZeroMQ writes it, for who connects to them or opens them.

    Attributes:
        shell: takes requests.
        iopub: what cells show.
    """

    shell: str
    iopub: str


def new_addresses(folder: Path) -> Addresses:
    """Those of a new kernel: files in its folder, or ports of the loopback where there are no such sockets."""
    if os.name == "posix":
        return Addresses(f"ipc://{folder}/shell", f"ipc://{folder}/iopub")
    with socket.socket() as first, socket.socket() as second:
        for taken in (first, second):
            taken.bind(("127.0.0.1", 0))
        shell, iopub = (taken.getsockname()[1] for taken in (first, second))
    return Addresses(f"tcp://127.0.0.1:{shell}", f"tcp://127.0.0.1:{iopub}")


class Provisioner:
    """Has the process that `start` starts, and waits for its end without long sleeps."""

    def __init__(self, start: Callable[[], Process]) -> None:
        self.process: Process | None = None
        self._start = start

    def start(self) -> None:
        self.process = self._start()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    async def wait(self) -> int | None:
        while self.is_running:
            await asyncio.sleep(0.001)
        process, self.process = self.process, None
        return process.wait() if process else 0  # it has ended

    async def send_signal(self, signum: int) -> None:
        if self.process is not None:
            self.process.send_signal(signum)

    def kill_now(self) -> None:
        """End the process and its group, without waiting."""
        if self.process is not None:
            self.process.kill_group()


@functools.cache
def _session() -> QuickSession:
    """One for all kernels of this process: it counts the messages."""
    return QuickSession()


class Client:
    """Sends a kernel its requests, each with the cell that it is about, and has the sockets for what comes back."""

    cell_index = -1
    _requests = 0
    allow_stdin = False
    shell_channel: Channel
    iopub_channel: Channel

    def __init__(self, manager: Manager, addresses: Addresses) -> None:
        self.parent, self.session, self._addresses = manager, _session(), addresses

    def execute(self, code: str, silent: bool = False, store_history: bool = True, **kwargs: Any) -> str:
        content = {"code": code, "silent": silent, "store_history": store_history}
        return self._request("execute_request", content, {"cellId": str(self.cell_index)})

    def _request(self, kind: str, content: dict[str, Any], metadata: dict[str, str]) -> str:
        """Send it. Returns its id."""
        self._requests += 1
        id = f"{self.session.session}_{self._requests}"
        header = {"msg_id": id, "msg_type": kind, "session": self.session.session, "username": "", "version": "5.3"}
        parts = [self.session.pack(part) for part in (header, {}, metadata, content)]
        send_frames(self.shell_channel.socket, [DELIM, b"", *parts])
        return id

    def ask(self) -> None:
        """Have the kernel answer the grader's questions, after the cells before."""
        self._request(ASK_REQUEST, {}, {})

    def kernel_info(self) -> str:
        return self._request("kernel_info_request", {}, {})

    async def is_alive(self) -> bool:
        return await self.parent.is_alive()

    def start_channels(self) -> None:
        """Only shell and iopub: nobody answers input(), and its process shows whether the kernel is alive."""
        self.shell_channel = Channel(_connected(zmq.DEALER, self._addresses.shell), self.session)
        self.iopub_channel = Channel(_connected(zmq.SUB, self._addresses.iopub), self.session)

    def stop_channels(self) -> None:
        self.shell_channel.stop()
        self.iopub_channel.stop()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until iopub brings the status of our own kernel_info request: then both channels work."""
        await asyncio.wait_for(self._ready(), timeout)

    async def _ready(self) -> None:
        asked: set[str] = set()
        while True:
            asked.add(self.kernel_info())
            if not await self.parent.is_alive():
                raise RuntimeError("it ended before it was ready")
            with contextlib.suppress(Empty):
                while True:
                    message = await self.iopub_channel.get_msg(0.1)
                    if message["parent_header"].get("msg_id") in asked and message["msg_type"] == "status":
                        return


def _connected(kind: int, address: str) -> zmq.Socket[bytes]:
    """A socket with limits: whatever a participant's process sends must not fill the grader's memory. One context is
    for all kernels of this process, as each has two threads."""
    made: zmq.Socket[bytes] = zmq.Context.instance().socket(kind)
    made.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE_BYTES)
    made.setsockopt(zmq.RCVHWM, MAX_WAITING_MESSAGES)
    made.setsockopt(zmq.LINGER, 0)
    if kind == zmq.SUB:
        made.setsockopt(zmq.SUBSCRIBE, b"")
    made.connect(address)
    return made


class Manager:
    """What nbclient asks a kernel's manager for."""

    def __init__(self, start: Callable[[], Process], addresses: Addresses) -> None:
        """`start`: starts the kernel, which is to open its sockets at `addresses`."""
        self.provisioner, self.addresses = Provisioner(start), addresses

    @property
    def has_kernel(self) -> bool:
        return self.provisioner.process is not None

    async def start_kernel(self, **_: Any) -> None:
        self.provisioner.start()

    def client(self) -> Client:
        return Client(self, self.addresses)

    async def is_alive(self) -> bool:
        return self.provisioner.is_running

    async def interrupt_kernel(self) -> None:
        await self.provisioner.send_signal(signal.SIGINT)
