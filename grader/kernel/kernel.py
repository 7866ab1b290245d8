"""One running kernel: first it runs cells, through nbclient; then it is asked questions, through the agent."""

from __future__ import annotations

import asyncio
import math
import secrets
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from grader.config import CellInput, Limits
from grader.errors import KernelStartError
from grader.i18n import msg
from grader.kernel.agent_client import AgentClient, KernelDied
from grader.kernel.cell_channel import CellChannel
from grader.kernel.cells import END_TIMEOUT_S, START_TIMEOUT_S, CellRunner, cancel_others
from grader.kernel.code_copy import module_command
from grader.kernel.fork_client import ForkedProcess, ForkServerClient, ForkServerGone, new_folder
from grader.kernel.inside.environment import kernel_environment
from grader.kernel.kernel_door import KernelDoor
from grader.kernel.processor import Delay, read_times, waited_s
from grader.kernel.protocol import messages
from grader.kernel.protocol.channel import Channel, Closed
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.messages import Boot, Broken, Hello, SandboxSettings
from grader.kernel.protocol.values import WireError
from grader.kernel.provisioner import Client, ColdProcess, Manager, Process
from grader.kernel.sandbox.files import NO_FILES, DataFiles
from grader.kernel.sandbox.mounts import make_folders
from grader.kernel.sandbox.supervisor import family, remove_tree
from grader.kernel.timer import TimeLimit, Timer, time_limit, used_cpu_s
from grader.model import Cell, CellResult

_CANARY = messages.Calls(0, messages.CANARY, [messages.Case([encode(1)] * 2, [])], False, [], 0)


class Kernel:
    """A kernel with its scratch folder. Use it from one thread, and `close` it: it ends, and all that it left goes.

    Attributes:
        limits: what cells and calls may use.
        walls: names of the walls that stand.
        missing: those that do not, each as "name: reason".
        timer: measures the cell or call that runs, or ran last.
    """

    def __init__(
        self,
        limits: Limits,
        sandbox: SandboxSettings,
        fork_server: ForkServerClient | None = None,
        python: str = "",
        files: DataFiles = NO_FILES,
        cell_input: Sequence[CellInput] = (),
    ) -> None:
        """Raise KernelStartError. `fork_server`: what to fork it from; without one, or where that has ended, it is a
        new interpreter: the grader's own, or `python`. `files`: what lies in the notebook's folder. `cell_input`: what
        `input()` is answered with in cells."""
        self.limits, self._cell_input = limits, cell_input
        self._python, self._files = python, files
        self._pid = 0
        self.timer = Timer(self._used_cpu_s, Delay(self._processes))
        self.walls: tuple[str, ...] = ()
        self.missing: tuple[str, ...] = ()
        try:
            self._begin(sandbox, fork_server)
        except ForkServerGone:
            self._begin(sandbox, None)

    @property
    def supervised(self) -> bool:
        """Whether a process beside the kernel, its supervisor, ends everything that the kernel started."""
        return sys.platform == "linux" and bool(self.walls) and not self._apart

    @property
    def _apart(self) -> bool:
        """Whether it runs in namespaces of its own, with which everything that it started ends."""
        process = self._manager.provisioner.process
        return process is not None and process.apart

    def _used_cpu_s(self) -> float | None:
        """The processor time that the kernel's process has used; None before it has started."""
        return used_cpu_s(self._pid) if self._pid else None

    def waited_s(self) -> float:
        """How long its processes could have run so far, but others had the processors; infinite where that can't be
        known."""
        return waited_s(read_times(self._processes()))

    def _processes(self) -> Iterator[int]:
        return family(self._pid) if self._pid else iter(())

    # ---- start and end

    def _begin(self, sandbox: SandboxSettings, fork_server: ForkServerClient | None) -> None:
        self._fork_server = fork_server
        try:
            self._folder = new_folder(fork_server)
        except OSError as error:
            raise KernelStartError("There is no place for the kernel's files: {error}.", error=error) from error
        self._loop = asyncio.SelectorEventLoop()  # on Windows too, where the usual one watches no sockets
        self._loop.set_exception_handler(lambda *_: None)  # a kernel ended in mid-cell leaves failed tasks
        self._door: KernelDoor | None = None
        self._channel: Channel | None = None
        self._cells: CellChannel | None = None
        self._lifeline: socket.socket | None = None
        self._manager: Any = None
        self._serving = False
        try:
            self._start(sandbox, fork_server)
        except BaseException:
            self.close()
            raise

    def _start(self, sandbox: SandboxSettings, fork_server: ForkServerClient | None) -> None:
        try:
            if fork_server is None or self._files != NO_FILES:  # a kernel that is forked makes its own
                _lay(self._files, self._folder)
            if fork_server is None:
                self._door = KernelDoor(self._folder / "door")
            tries_out = fork_server is None or not fork_server.has_tried(sandbox)
            boot = _boot(self._folder, self._door, self.limits, self._cell_input, sandbox, tries_out)
            self._manager = Manager(lambda: _new_process(boot, fork_server, self._python))
            self._client = CellRunner(self._manager)
            self._run(self._client.async_start_new_kernel())
            self._greet(boot)
            if fork_server is not None and tries_out and "mount" in self.walls:
                fork_server.note_tried(sandbox)
        except (RuntimeError, TimeoutError, asyncio.TimeoutError, OSError, WireError, Closed) as error:
            reason = str(error) or msg("it does not answer within {limit} s", limit=START_TIMEOUT_S)
            raise KernelStartError(
                "The kernel did not start: {reason}. {log}", reason=reason, log=_log_text(self._manager)
            ) from error

    def _greet(self, boot: Boot) -> None:
        process = self._manager.provisioner.process
        agent, cells, *lifeline = self._door.accept_all(self._is_starting) if self._door else process.connections()
        self._lifeline = lifeline[0] if lifeline else None
        self._channel, self._cells = Channel(agent, messages.Reply), CellChannel(cells, self._loop)
        self._client.kc = Client(self._cells)
        if boot.tries_out:
            self._channel.send(_CANARY, START_TIMEOUT_S)  # it waits in the socket until the kernel is ready
        hello = _hello(self._channel, boot.token)
        self.walls, self.missing = tuple(hello.walls), tuple(hello.missing)
        if boot.tries_out:
            _refuse_useless(_first_message(self._channel))
        self._pid = process.pid
        if not self._apart:
            *_, self._pid = family(self._pid)  # below its supervisor, if it has one
        interrupt = self._manager.provisioner.send_signal
        self._agent = AgentClient(self._channel, self.timer, lambda: self._run(interrupt(2)))

    def _is_starting(self) -> bool:
        return bool(self._run(self._manager.is_alive()))

    def close(self) -> None:
        """End the kernel and remove its folder. It may be called at any time, and more than once."""
        for closable in (self._channel, self._cells, self._lifeline, self._door):
            if closable is not None:
                closable.close()
        if self._loop.is_closed():
            return
        left_to_its_parent = False
        if self._manager is not None:
            left_to_its_parent = self._let_end()
            self._run(_end(self._manager, self.supervised))
        self._loop.close()
        if not left_to_its_parent:
            remove_tree(self._folder)

    def _let_end(self) -> bool:
        """Leave the end of a kernel that is apart, and its folder, to what it was forked from. Returns whether it is
        left. Where its files are on the disk, to remove them may take long: that time must be its own notebook's."""
        process = self._manager.provisioner.process
        if self._fork_server is None or not isinstance(process, ForkedProcess) or not process.apart:
            return False
        if "mount" not in self.walls:
            return False
        self._manager.provisioner.process = None
        self._fork_server.let_end(process, self._folder)
        return not self._fork_server.is_gone()

    def _run(self, coroutine: Any) -> Any:
        return self._loop.run_until_complete(coroutine)

    def run_cell(self, cell: Cell, limit: TimeLimit, output_bytes: int | None = None) -> CellResult:
        """Run a cell, and keep so much of its output, or what the limits say. An error in it is a result; raise
        KernelDied when it ends the kernel."""
        self._leave()
        self.timer.start(limit)
        kept_bytes = self.limits.output_bytes if output_bytes is None else output_bytes
        result: CellResult = self._run(self._client.run_cell(cell, limit, self.timer, kept_bytes))
        return result

    def describe(self, limit: TimeLimit | None = None) -> messages.Described:
        """Describe what the cells left, within the limit, by default that of a call. Raise KernelDied."""
        self._serve()
        return self._agent.describe(limit or time_limit(self.limits.call_timeout_s))

    def calls(
        self,
        request: messages.Calls | messages.Use,
        limit: TimeLimit,
        within_s: float = math.inf,
        answer: Callable[[messages.Ask], messages.Answer] | None = None,
        within_bytes: float = math.inf,
    ) -> tuple[list[messages.Outcome | None], KernelDied | None]:
        """Make the calls. Returns outcomes in the order of the cases, up to the first that timed out, and how the
        kernel died, if it did. `limit` is that of each call; `within_s` bounds all together, by the clock, and
        `within_bytes` what is kept of the outcomes: None for each that is too much. `answer` answers the agent's
        questions."""
        self._serve()
        return self._agent.calls(request, limit, within_s, answer, within_bytes)

    def send_ahead(self, requests: Sequence[messages.Calls | messages.Use]) -> int:
        """As `AgentClient.send_ahead`."""
        self._serve()
        return self._agent.send_ahead(requests)

    def _serve(self) -> None:
        """Have the kernel's agent answer, once, after the last cell."""
        if not self._serving:
            try:
                self._client.kc.serve()
            except Closed as lost:
                raise KernelDied("the connection to the kernel is lost") from lost
            self._serving = True

    def _leave(self) -> None:
        """Have the agent end that, so that another cell can run."""
        if self._serving:
            self._serving = False
            self._agent.leave()


# ---- its start


def _lay(files: DataFiles, folder: Path) -> None:
    make_folders(folder)
    files.lay(folder / "work" / "scratch")


def _boot(
    folder: Path,
    door: KernelDoor | None,
    limits: Limits,
    cell_input: Sequence[CellInput],
    sandbox: SandboxSettings,
    tries_out: bool,
) -> Boot:
    return Boot(
        runtime_dir=str(folder),
        door_path=door.path if door is not None else "",
        door_port=door.port if door is not None else 0,
        token=secrets.token_hex(16),
        output_bytes=limits.output_bytes + (1 << 16),
        sandbox=sandbox,
        cell_input=tuple((one.cells, one.lines) for one in cell_input),
        tries_out=tries_out,
    )


def _new_process(boot: Boot, fork_server: ForkServerClient | None, python: str) -> Process:
    folder = Path(boot.runtime_dir)
    environment = kernel_environment(folder / "work" / "home")
    if fork_server is not None:
        return fork_server.fork(boot, environment)
    command = module_command(python, "grader.kernel.inside.boot", folder)
    return ColdProcess([*command, msgspec.json.encode(boot).decode()], environment, folder, folder / "kernel.log")


def _hello(channel: Channel, token: str) -> Hello:
    hello = _first_message(channel)
    if not isinstance(hello, Hello) or not secrets.compare_digest(hello.token, token):
        raise RuntimeError("another process answered in its place")
    return hello


def _first_message(channel: Channel) -> Any:
    message = channel.receive(START_TIMEOUT_S)
    if isinstance(message, Broken):
        raise RuntimeError(message.text)
    return message


def _refuse_useless(outcome: object) -> None:
    """Raise RuntimeError where the kernel can't do what was tried."""
    if not isinstance(outcome, messages.Outcome) or outcome.result != encode(2):
        raise RuntimeError(f"it can't do what every notebook needs: {_reason(outcome)}")


def _log_text(manager: Any) -> str:
    process = manager.provisioner.process if manager is not None else None
    return process.log_text()[-2000:] if process is not None else ""


def _reason(outcome: object) -> str:
    result = outcome.result if isinstance(outcome, messages.Outcome) else outcome
    return f"{result.type}: {result.text}" if isinstance(result, messages.Raised) else "1 + 1 is not 2"


# ---- its end


async def _end(manager: Any, supervised: bool) -> None:
    """Wait for the supervisor, which ends all when its lifeline closes. Kill what has none, or does not end."""
    provisioner = manager.provisioner
    if not supervised:
        provisioner.kill_now()
    try:
        await asyncio.wait_for(provisioner.wait(), END_TIMEOUT_S)
    except asyncio.TimeoutError:
        provisioner.kill_now()
        with suppress(asyncio.TimeoutError):  # what even this does not end is left behind
            await asyncio.wait_for(provisioner.wait(), END_TIMEOUT_S)
    await cancel_others()
