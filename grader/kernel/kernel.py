"""One running kernel: cells go through nbclient, then calls go over the wire. Used from one thread."""

from __future__ import annotations

import asyncio
import math
import os
import secrets
import socket
import sys
from collections.abc import Callable
from typing import Any, Union

import msgspec
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from grader.errors import KernelStartError
from grader.kernel.agent_client import INTERRUPT_GRACE_S, AgentClient, KernelDied
from grader.kernel.cells import START_TIMEOUT_S, CellRunner
from grader.kernel.fork_client import ForkServerClient, ForkServerGone, new_folder
from grader.kernel.inside.environment import kernel_environment
from grader.kernel.protocol import messages
from grader.kernel.protocol.channel import Channel, Closed
from grader.kernel.protocol.messages import Boot, Broken, Hello, Walls
from grader.kernel.protocol.values import WireError, encode
from grader.kernel.provisioner import ColdProcess, Process, make_manager
from grader.kernel.sandbox.supervisor import remove_tree
from grader.model import Cell, CellResult, CellStatus, Limits

END_TIMEOUT_S = 5.0
_SERVE = "__import__('grader.kernel.inside.agent', fromlist=['serve']).serve()"
_CANARY = messages.Calls(0, messages.CANARY, [messages.Case([encode(1)] * 2, [])], False, [], 0)
_Incoming = Union[Hello, Broken, messages.Described, messages.Outcome, messages.Ask]


class Kernel:
    """A kernel with its scratch folder. `close` ends it and takes away everything it left, whatever happened."""

    def __init__(self, limits: Limits, walls: Walls, warm: ForkServerClient | None = None) -> None:
        self.limits = limits
        self.walls: tuple[str, ...] = ()
        self.missing: tuple[str, ...] = ()
        try:
            self._begin(walls, warm)
        except ForkServerGone:
            self._begin(walls, None)

    @property
    def supervised(self) -> bool:
        """Whether a process beside the kernel ends everything that it started."""
        return sys.platform == "linux" and bool(self.walls) and not self._apart

    @property
    def _apart(self) -> bool:
        process = self._manager.provisioner.process
        return process is not None and process.apart

    # ---- start and end

    def _begin(self, walls: Walls, warm: ForkServerClient | None) -> None:
        self._folder = new_folder(warm)
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)  # a kernel ended in mid-cell leaves failed tasks
        self._listener: socket.socket | None = None
        self._channel: Channel | None = None
        self._lifeline: socket.socket | None = None
        self._manager: Any = None
        self._serving = False
        try:
            self._start(walls, warm)
        except BaseException:
            self.close()
            raise

    def _start(self, walls: Walls, warm: ForkServerClient | None) -> None:
        for name in ("work", "work/home", "work/scratch"):
            self._folder.joinpath(name).mkdir()
        boot = self._listen(walls)
        self._manager = make_manager(lambda: self._process(boot, warm), self._folder)
        self._client = CellRunner(self._manager)
        try:
            self._run(self._client.async_start_new_kernel())
            self._greet(boot.token)
            self._run(self._client.async_start_new_kernel_client())
        except (RuntimeError, TimeoutError, OSError, WireError, Closed) as error:
            reason = str(error) or f"it says nothing for {START_TIMEOUT_S:g} s"
            raise KernelStartError(f"The kernel did not start: {reason}. {self._last_words()}".strip()) from error

    def _process(self, boot: Boot, warm: ForkServerClient | None) -> Process:
        environment = kernel_environment(self._folder / "work" / "home")
        log, encoded = self._folder / "kernel.log", msgspec.json.encode(boot)
        if warm is not None:
            return warm.fork(encoded, environment, log)
        argv = [sys.executable, "-m", "grader.kernel.inside.boot", encoded.decode()]
        return ColdProcess(argv, environment, self._folder, log)

    def _listen(self, walls: Walls) -> Boot:
        path, port = "", 0
        if os.name == "posix":
            path = str(self._folder / "agent")
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(path)
        else:
            self._listener = socket.socket()
            self._listener.bind(("127.0.0.1", 0))
            port = self._listener.getsockname()[1]
        self._listener.listen(2)
        return Boot(
            connection_file=str(self._folder / "kernel.json"),
            runtime_dir=str(self._folder),
            agent_path=path,
            agent_port=port,
            token=secrets.token_hex(16),
            output_bytes=self.limits.output_bytes + (1 << 16),
            walls=walls,
        )

    def _greet(self, token: str) -> None:
        assert self._listener is not None
        self._listener.settimeout(0.2)
        waited_s = 0.0
        while True:
            try:
                connection, _ = self._listener.accept()
                break
            except TimeoutError:
                waited_s += 0.2
                if waited_s > START_TIMEOUT_S or not self._run(self._manager.is_alive()):
                    raise RuntimeError("it ended before it said anything") from None
        self._channel = Channel(connection, _Incoming)
        if not self._apart:
            self._lifeline, _ = self._listener.accept()
        self._channel.send(_CANARY, START_TIMEOUT_S)  # it lies there until the kernel is ready for it
        hello = self._first_words()
        if not isinstance(hello, Hello) or not secrets.compare_digest(hello.token, token):
            raise RuntimeError("something else answered in its place")
        self.walls, self.missing = tuple(hello.walls), tuple(hello.missing)
        self._listener.close()
        outcome = self._first_words()
        if not isinstance(outcome, messages.Outcome) or outcome.result != encode(2):
            raise RuntimeError(f"it can't do what any notebook needs: {_shortly(outcome)}")
        interrupt = self._manager.provisioner.send_signal
        self._agent = AgentClient(self._channel, self.limits.call_timeout_s, lambda: self._run(interrupt(2)))

    def _first_words(self) -> Any:
        assert self._channel is not None
        words = self._channel.receive(START_TIMEOUT_S)
        if isinstance(words, Broken):
            raise RuntimeError(words.text)
        return words

    def _last_words(self) -> str:
        try:
            return self._folder.joinpath("kernel.log").read_text(errors="replace")[-2000:]
        except OSError:
            return ""

    def close(self) -> None:
        """End the kernel and remove its folder. Safe to call at any time, more than once."""
        for closable in (self._channel, self._lifeline, self._listener):
            if closable is not None:
                closable.close()
        if not self._loop.is_closed():
            if self._manager is not None:
                self._run(self._end())
            self._loop.close()
        remove_tree(self._folder)

    async def _end(self) -> None:
        """The supervisor ends all when its lifeline closes; where there is none, or it is stuck, it is killed."""
        if self._client.kc is not None:
            self._client.kc.stop_channels()
            self._client.kc = None
        provisioner = self._manager.provisioner
        if not self.supervised:
            provisioner.kill_now()
        try:
            await asyncio.wait_for(provisioner.wait(), END_TIMEOUT_S)
        except asyncio.TimeoutError:
            provisioner.kill_now()
            await provisioner.wait()
        await _cancel_others()
        self._manager.cleanup_ipc_files()
        self._manager._close_control_socket()

    def _run(self, coroutine: Any) -> Any:
        return self._loop.run_until_complete(coroutine)

    # ---- cells

    def run_cell(self, cell: Cell, timeout_s: float) -> CellResult:
        """Run a cell; an error in it is its result. Raise KernelDied when it takes the kernel with it."""
        client = self._client
        client.begin(timeout_s, self.limits.output_bytes)
        client.kc.cell_index = cell.index
        node = NotebookNode(cell_type="code", source=cell.source, metadata=NotebookNode(), outputs=[])
        try:
            self._run(client.async_execute_cell(node, 0))
        except CellTimeoutError:
            self._interrupt_cell()
            return CellResult(cell.index, CellStatus.TIMED_OUT, f"> {timeout_s:g} s", client.notes())
        except DeadKernelError as dead:
            raise KernelDied("the kernel ended while the cell ran") from dead
        except Exception as garbled:  # the participant's code can write to its sockets: what can't be read is its doing
            raise KernelDied(f"the kernel sent what is no message: {type(garbled).__name__}") from garbled
        status = CellStatus.ERROR if client.error else CellStatus.OK
        printed = "".join(client.printed)
        return CellResult(cell.index, status, client.error, client.notes(), printed, *client.place)

    def _interrupt_cell(self) -> None:
        try:
            self._run(self._manager.interrupt_kernel())
            self._run(
                asyncio.wait_for(self._client.async_wait_for_reply(self._client.kc.kernel_info()), INTERRUPT_GRACE_S)
            )
        except Exception as error:  # as above
            raise KernelDied("the kernel would not be interrupted", timed_out=True) from error
        finally:
            self._run(_cancel_others())  # nbclient still reads for the cell, and would tell the next one's errors

    # ---- calls

    def describe(self) -> messages.Described:
        """What the cells left. Raise KernelDied."""
        self._serve()
        return self._agent.describe()

    def calls(
        self,
        request: messages.Calls,
        answer: Callable[[messages.Ask], messages.Answer] | None = None,
        within_s: float = math.inf,
    ) -> tuple[list[messages.Outcome], KernelDied | None]:
        """Outcomes in the order of the request's cases, up to the first that timed out or took the kernel with it."""
        self._serve()
        return self._agent.calls(request, answer, within_s)

    def _serve(self) -> None:
        if not self._serving:
            self._client.kc.cell_index = -1
            self._client.kc.execute(_SERVE, silent=True, store_history=False)
            self._serving = True


def _shortly(outcome: object) -> str:
    result = outcome.result if isinstance(outcome, messages.Outcome) else outcome
    return f"{result.type}: {result.text}" if isinstance(result, messages.Raised) else "1 + 1 is not 2"


async def _cancel_others() -> None:
    """End whatever else runs in this loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
