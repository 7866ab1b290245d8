"""Starts, signals and ends the kernel's process for jupyter_client, without its sleeps."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any, Protocol

import zmq
from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerBase
from jupyter_client.session import DELIM
from traitlets import Instance, Type, default

from grader.kernel.protocol.jupyter import MAX_MESSAGE_BYTES, Channel, QuickSession, send_frames

MAX_WAITING_MESSAGES = 30


class Process(Protocol):
    """A kernel's process, which leads a session of its own. `apart`: everything that it starts ends with it."""

    @property
    def apart(self) -> bool: ...
    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...
    def wait(self) -> int: ...
    def send_signal(self, number: int) -> None: ...
    def kill_group(self) -> None: ...


class ColdProcess:
    """A kernel in a new interpreter."""

    apart = False

    def __init__(self, argv: list[str], environment: dict[str, str], cwd: Path, log: Path) -> None:
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

    def kill_group(self) -> None:
        if self._process.poll() is not None:
            return
        if sys.platform == "win32":
            self._process.kill()
        else:
            os.killpg(self._process.pid, signal.SIGKILL)


class Provisioner(KernelProvisionerBase):  # type: ignore[misc]  # jupyter_client is only partly typed
    """Gives jupyter_client the process that `start` starts."""

    process: Process | None = None
    start: Callable[[], Process]

    @property
    def has_process(self) -> bool:
        return self.process is not None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        self.parent.write_connection_file()
        self.connection_info = self.parent.get_connection_info()
        return {**kwargs, "cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        self.process = self.start()
        return dict(self.connection_info)

    async def poll(self) -> int | None:
        return 0 if self.process is None else self.process.poll()

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(0.001)
        process, self.process = self.process, None
        return process.wait() if process else 0  # it has ended

    async def send_signal(self, signum: int) -> None:
        if self.process is not None:
            self.process.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        self.kill_now()

    async def terminate(self, restart: bool = False) -> None:
        self.kill_now()

    async def cleanup(self, restart: bool = False) -> None:
        self.kill_now()

    def kill_now(self) -> None:
        """End the process and its group, without waiting."""
        if self.process is not None:
            self.process.kill_group()


class Client(AsyncKernelClient):  # type: ignore[misc]
    """A client that tells the kernel which cell it runs, and is ready once its own first request is answered."""

    cell_index = -1
    _requests = 0
    context = Instance(zmq.Context)
    shell_channel_class = Type(Channel)
    iopub_channel_class = Type(Channel)

    @default("context")
    def _shared_context(self) -> zmq.Context[zmq.Socket[bytes]]:
        """One context for all kernels of this process, as each has two threads."""
        return zmq.Context.instance()

    def _create_connected_socket(self, *args: Any, **kwargs: Any) -> Any:
        """With limits: whatever a participant's process sends must not fill the grader's memory."""
        self.context.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE_BYTES)
        self.context.setsockopt(zmq.RCVHWM, MAX_WAITING_MESSAGES)
        return super()._create_connected_socket(*args, **kwargs)

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

    def start_channels(self, *args: bool, **kwargs: bool) -> None:
        """Only shell and iopub: nobody answers input(), and its process shows whether the kernel is alive."""
        super().start_channels(stdin=False, hb=False, control=False)

    def stop_channels(self) -> None:
        """Only those that were started; jupyter_client would create the others to ask whether they are alive."""
        self.shell_channel.stop()
        self.iopub_channel.stop()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until iopub brings the status of our own kernel_info request: then both channels work."""
        await asyncio.wait_for(self._ready(), timeout)

    async def _ready(self) -> None:
        asked: set[str] = set()
        while True:
            asked.add(self._request("kernel_info_request", {}, {}))
            if not await self.parent.is_alive():
                raise RuntimeError("it ended before it was ready")
            with contextlib.suppress(Empty):
                while True:
                    message = await self.iopub_channel.get_msg(0.1)
                    if message["parent_header"].get("msg_id") in asked and message["msg_type"] == "status":
                        return


class Manager(AsyncKernelManager):  # type: ignore[misc]
    """A manager with the shared context."""

    context = Instance(zmq.Context)

    @default("context")
    def _shared_context(self) -> zmq.Context[zmq.Socket[bytes]]:
        return zmq.Context.instance()


def make_manager(start: Callable[[], Process], runtime_dir: Path) -> Manager:
    """A manager of the one kernel that `start` starts; its sockets and connection file go to `runtime_dir`."""
    where = {"transport": "ipc", "ip": str(runtime_dir / "kernel")} if os.name == "posix" else {"transport": "tcp"}
    manager = Manager(connection_file=str(runtime_dir / "kernel.json"), **where)
    manager.client_factory = Client
    manager.session = QuickSession()  # its sockets are in our own folder, and code in the kernel would know a key
    spec = KernelSpec(argv=[], display_name="Python 3", language="python", interrupt_mode="signal")
    manager._kernel_spec = spec
    manager.provisioner = Provisioner(kernel_id="grader", kernel_spec=spec, parent=manager)
    manager.provisioner.start = start
    return manager
