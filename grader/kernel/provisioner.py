"""Starting, signalling and ending the kernel's process for jupyter_client, without its sleeps."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerBase


class ColdProvisioner(KernelProvisionerBase):  # type: ignore[misc]  # jupyter_client is only partly typed
    """A kernel in a new interpreter. Its process leads a session of its own, and ends with its whole group."""

    process: subprocess.Popen[bytes] | None = None
    log_file: Path

    @property
    def has_process(self) -> bool:
        return self.process is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        self.parent.write_connection_file()
        self.connection_info = self.parent.get_connection_info()
        return {**kwargs, "cmd": self.kernel_spec.argv}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603  our own command
                cmd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=kwargs["env"],
                cwd=kwargs["cwd"],
                start_new_session=True,
            )
        return dict(self.connection_info)

    async def poll(self) -> int | None:
        return 0 if self.process is None else self.process.poll()

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(0.002)
        process, self.process = self.process, None
        return process.wait() if process else 0

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
        if self.process is None or self.process.poll() is not None:
            return
        if sys.platform == "win32":
            self.process.kill()
        else:
            os.killpg(self.process.pid, signal.SIGKILL)


class Client(AsyncKernelClient):  # type: ignore[misc]
    """Tells the kernel which cell it runs, and is ready when its own question has been answered."""

    cell_index = -1

    def execute(self, code: str, silent: bool = False, store_history: bool = True, **kwargs: Any) -> str:
        content = {
            "code": code,
            "silent": silent,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": kwargs.get("stop_on_error", False),
        }
        metadata = {"cellId": str(self.cell_index)}
        make = self.session.msg  # a name of its own: the catalogs' extraction looks for calls of msg
        request = make("execute_request", content, metadata=metadata)
        self.shell_channel.send(request)
        return str(request["header"]["msg_id"])

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Until iopub brings the status of our own kernel_info request, so that both channels work."""
        await asyncio.wait_for(self._ready(), timeout)

    async def _ready(self) -> None:
        asked: set[str] = set()
        while True:
            asked.add(self.kernel_info())
            if not await self.parent.is_alive():
                raise RuntimeError("it ended before it was ready")
            while await self.iopub_channel.socket.poll(100):
                message = await self.iopub_channel.get_msg()
                if message["parent_header"].get("msg_id") in asked and message["msg_type"] == "status":
                    return


def make_manager(argv: list[str], runtime_dir: Path) -> AsyncKernelManager:
    """A manager of one cold kernel that is started as `argv`; sockets, connection file and log in `runtime_dir`."""
    manager = AsyncKernelManager(
        connection_file=str(runtime_dir / "kernel.json"), transport="ipc", ip=str(runtime_dir / "kernel")
    )
    manager.client_factory = Client
    spec = KernelSpec(argv=argv, display_name="Python 3", language="python", interrupt_mode="signal")
    manager._kernel_spec = spec
    manager.provisioner = ColdProvisioner(kernel_id="grader", kernel_spec=spec, parent=manager)
    manager.provisioner.log_file = runtime_dir / "kernel.log"
    return manager
