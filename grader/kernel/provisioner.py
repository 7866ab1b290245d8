"""The kernel's process and what it is asked for, as nbclient wants them.

Jupyter's own manager and client of a kernel do more, and read a hundred settings for each, which takes longer than to
fork it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from grader.kernel.cell_channel import CellChannel
from grader.kernel.protocol.cell_messages import Execute, Serve, Settle


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


class Client:
    """Sends a kernel its requests, each cell's with its index in the notebook."""

    cell_index = -1
    _requests = 0

    def __init__(self, channel: CellChannel) -> None:
        self.channel = channel

    def execute(self, code: str, **_: Any) -> str:
        """Have the kernel run a cell. Returns the request's id. Raise Closed, as all of these do."""
        request = self._next_request()
        self.channel.send(Execute(request, self.cell_index, code))
        return request

    def settle(self) -> str:
        """Have the kernel say when it has answered all before. Returns the request's id."""
        request = self._next_request()
        self.channel.send(Settle(request))
        return request

    def serve(self) -> None:
        """Have the kernel answer the agent's requests, after the cells before."""
        self.channel.send(Serve())

    def _next_request(self) -> str:
        self._requests += 1
        return str(self._requests)


class Manager:
    """What nbclient asks a kernel's manager for."""

    def __init__(self, start: Callable[[], Process]) -> None:
        """`start`: starts the kernel."""
        self.provisioner = Provisioner(start)

    @property
    def has_kernel(self) -> bool:
        return self.provisioner.process is not None

    async def start_kernel(self, **_: Any) -> None:
        self.provisioner.start()

    async def is_alive(self) -> bool:
        return self.provisioner.is_running

    async def interrupt_kernel(self) -> None:
        await self.provisioner.send_signal(signal.SIGINT)
