"""One running kernel: cells go through nbclient, then calls go over the wire. Used from one thread."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import re
import secrets
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Union

import msgspec
import zmq
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from grader.errors import KernelStartError
from grader.i18n import msg
from grader.kernel.fork_client import ForkServerClient, ForkServerGone, new_folder
from grader.kernel.inside.environment import kernel_environment
from grader.kernel.protocol import messages as wire
from grader.kernel.protocol.messages import Boot, Broken, Hello, Walls
from grader.kernel.provisioner import ColdProcess, Process, make_manager
from grader.kernel.sandbox.supervisor import remove_tree
from grader.model import Cell, CellResult, CellStatus, Limits

START_TIMEOUT_S = 30.0
END_TIMEOUT_S = 5.0
INTERRUPT_GRACE_S = 1.0
OUTPUTS_TIMEOUT_S = 10  # from the end of a cell until all that it showed has come
_SERVE = "__import__('grader.kernel.inside.agent', fromlist=['serve']).serve()"
_CANARY = wire.Calls(0, wire.CANARY, [wire.Case([wire.encode(1)] * 2, [])], False, [], 0)
_Incoming = Union[Hello, Broken, wire.Described, wire.Outcome, wire.Ask]
_log = logging.getLogger(__name__)
_log.setLevel(logging.CRITICAL + 1)


class KernelDied(Exception):
    """The kernel is gone or had to be ended. `timed_out`: it would not be interrupted in time."""

    def __init__(self, reason: str, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


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
        self._channel: wire.Channel | None = None
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
        except (RuntimeError, TimeoutError, OSError, wire.WireError, wire.Closed) as error:
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
        self._channel = wire.Channel(self._accept(self._listener), _Incoming)
        if not self._apart:
            self._lifeline = self._accept(self._listener)
        self._channel.send(_CANARY, START_TIMEOUT_S)  # it lies there until the kernel is ready for it
        hello = self._first_words()
        if not isinstance(hello, Hello) or not secrets.compare_digest(hello.token, token):
            raise RuntimeError("something else answered in its place")
        self.walls, self.missing = tuple(hello.walls), tuple(hello.missing)
        self._listener.close()
        outcome = self._first_words()
        if not isinstance(outcome, wire.Outcome) or outcome.result != wire.encode(2):
            raise RuntimeError(f"it can't do what any notebook needs: {_shortly(outcome)}")

    def _first_words(self) -> Any:
        assert self._channel is not None
        words = self._channel.receive(START_TIMEOUT_S)
        if isinstance(words, Broken):
            raise RuntimeError(words.text)
        return words

    def _accept(self, listener: socket.socket) -> socket.socket:
        listener.settimeout(0.2)
        deadline = self._loop.time() + START_TIMEOUT_S
        while True:
            with suppress(TimeoutError):
                return listener.accept()[0]
            if self._loop.time() > deadline or not self._run(self._manager.is_alive()):
                raise RuntimeError("it ended before it said anything")

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
            with suppress(asyncio.TimeoutError):  # one that even this does not end is left behind
                await asyncio.wait_for(provisioner.wait(), END_TIMEOUT_S)
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
        except zmq.Again as lost:
            raise KernelDied("the connection to the kernel is lost") from lost
        except CellTimeoutError:
            self._interrupt_cell()
            return CellResult(cell.index, CellStatus.TIMED_OUT, f"> {timeout_s:g} s", client.notes())
        except DeadKernelError as dead:
            raise KernelDied("the kernel ended while the cell ran") from dead
        except (
            Exception
        ) as garbled:  # its sockets are the participant's too: whatever can't be read is the cell's doing
            raise KernelDied(f"the kernel sent what is no message: {type(garbled).__name__}") from garbled
        if not client.ended and cell.source.strip():
            raise KernelDied("the connection over which the kernel shows its outputs is lost")
        status = CellStatus.ERROR if client.error else CellStatus.OK
        printed = "".join(client.printed)
        return CellResult(cell.index, status, client.error, client.notes(), printed, *client.place)

    def _interrupt_cell(self) -> None:
        self._run(_cancel_others())  # nbclient still reads for the cell, and would tell the next one's errors
        try:
            self._run(self._manager.interrupt_kernel())
            self._run(asyncio.wait_for(self._settled(), INTERRUPT_GRACE_S))
        except Exception as error:  # as above
            raise KernelDied("the kernel would not be interrupted", timed_out=True) from error

    async def _settled(self) -> None:
        """Until the kernel answers over both connections, after all that was still to come over them."""
        client = self._client.kc
        await asyncio.gather(self._client.async_wait_for_reply(client.kernel_info()), client.wait_for_ready())

    # ---- calls

    def describe(self) -> wire.Described:
        """What the cells left. Raise KernelDied."""
        self._serve()
        reply = self._exchange(wire.Describe(), lambda: self._receive(None))
        if not isinstance(reply, wire.Described) or len({version.id for version in reply.versions}) < len(
            reply.versions
        ):
            raise KernelDied("the kernel answered another question")
        return reply

    def calls(
        self,
        request: wire.Calls,
        answer: Callable[[wire.Ask], wire.Answer] | None = None,
        within_s: float = math.inf,
    ) -> tuple[list[wire.Outcome], KernelDied | None]:
        """Outcomes in the order of the request's cases, up to the first that timed out or took the kernel with it."""
        self._serve()
        deadline = self._loop.time() + within_s
        outcomes: list[wire.Outcome] = []
        try:
            self._exchange(request, lambda: None)
            for _ in request.cases:
                left_s = max(0.0, deadline - self._loop.time())
                outcome = self._receive(answer, min(self.limits.call_timeout_s, left_s))
                if not isinstance(outcome, wire.Outcome) or outcome.number != request.number:
                    raise KernelDied("the kernel answered another question")
                outcomes.append(outcome)
                if isinstance(outcome.result, wire.Timeout):
                    break
        except KernelDied as died:
            return outcomes, died
        return outcomes, None

    def _serve(self) -> None:
        if not self._serving:
            self._client.kc.cell_index = -1
            try:
                self._client.kc.execute(_SERVE, silent=True, store_history=False)
            except zmq.Again as lost:
                raise KernelDied("the connection to the kernel is lost") from lost
            self._serving = True

    def _exchange(self, request: wire.Frozen, receive: Callable[[], Any]) -> Any:
        assert self._channel is not None
        try:
            self._channel.send(request, self.limits.call_timeout_s)
        except (wire.Closed, TimeoutError) as error:
            raise KernelDied("the kernel stopped listening") from error
        return receive()

    def _receive(self, answer: Callable[[wire.Ask], wire.Answer] | None, timeout_s: float | None = None) -> Any:
        """The next reply, its questions answered on the way; interrupts at the limit, gives up soon after."""
        assert self._channel is not None
        try:
            try:
                return self._next_reply(self.limits.call_timeout_s if timeout_s is None else timeout_s, answer)
            except TimeoutError:
                self._run(self._manager.provisioner.send_signal(2))
                return self._next_reply(INTERRUPT_GRACE_S, None)
        except TimeoutError as error:
            raise KernelDied("the function would not be interrupted", timed_out=True) from error
        except wire.Closed as error:
            raise KernelDied("the kernel ended while the function ran") from error
        except wire.WireError as error:
            raise KernelDied(f"the kernel sent something that is no answer: {error}") from error

    def _next_reply(self, timeout_s: float, answer: Callable[[wire.Ask], wire.Answer] | None) -> Any:
        assert self._channel is not None
        deadline = self._loop.time() + timeout_s
        while True:
            reply = self._channel.receive(max(0.0, deadline - self._loop.time()))
            if not isinstance(reply, wire.Ask):
                return reply
            if answer is None:
                raise wire.WireError("a question that nobody invited")
            self._channel.send(answer(reply), max(0.001, deadline - self._loop.time()))


def _shortly(outcome: object) -> str:
    result = outcome.result if isinstance(outcome, wire.Outcome) else outcome
    return f"{result.type}: {result.text}" if isinstance(result, wire.Raised) else "1 + 1 is not 2"


async def _cancel_others() -> None:
    """End whatever else runs in this loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=END_TIMEOUT_S)


class CellRunner(NotebookClient):  # type: ignore[misc]  # nbclient is untyped
    """nbclient with a limit on each cell's time and on what is kept of its output."""

    def __init__(self, manager: Any) -> None:
        super().__init__(
            NotebookNode(cells=[None], metadata=NotebookNode()),
            km=manager,
            allow_errors=True,
            log=_log,
            coalesce_streams=False,
        )
        self.timeout_func = lambda cell: self._timeout_s
        self.startup_timeout = int(START_TIMEOUT_S)
        self.iopub_timeout = OUTPUTS_TIMEOUT_S
        self.begin(START_TIMEOUT_S, 0)

    def begin(self, timeout_s: float, output_bytes: int) -> None:
        self._timeout_s = timeout_s
        self._room = output_bytes
        self.ended = False
        self.printed: list[str] = []
        self.error: str | None = None
        self.place: tuple[int | None, str, str] = (None, "", "")

    def notes(self) -> tuple[Any, ...]:
        if self._room >= 0:
            return ()
        return (msg("It printed more than fits; the rest was cut."),)

    def process_message(self, message: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Keep what is printed as text up to the cap, and the first error; nbclient sees when the cell has ended.
        Anything else (widgets, updates of displays) it would keep, without a bound."""
        kind, content = message["msg_type"], message["content"]
        if kind == "error" and self.error is None:
            self.error = _error_of(content)
            self.place = _place_of(content.get("traceback"))
        elif kind in _OUTPUTS:
            text = _text_of(content)
            self.printed.append(text[: max(0, self._room)])
            self._room -= len(text)
        elif kind == "status":
            self.ended = content["execution_state"] == "idle"
            return super().process_message(message, cell, cell_index)
        return None

    async def _async_poll_kernel_alive(self) -> None:
        """nbclient looks once a second; a dead kernel need not be waited for that long."""
        while await self.km.is_alive():
            await asyncio.sleep(0.02)
        if self.task_poll_for_reply is not None:
            self.task_poll_for_reply.cancel()


_OUTPUTS = frozenset({"stream", "display_data", "execute_result", "update_display_data"})


def _text_of(content: Mapping[str, Any]) -> str:
    data = content.get("data")
    text = data.get("text/plain", "") if isinstance(data, Mapping) else content.get("text", "")
    return wire.clean(text) if isinstance(text, str) else ""


def _error_of(content: Mapping[str, Any]) -> str:
    said = _READER.sub("", str(content.get("evalue"))[:500])
    text = said or _failing_line(content.get("traceback"))
    return wire.clean(f"{str(content.get('ename'))[:60]}: {text}")


_READER = re.compile(r" \(\d+\.py, line \d+\)$")  # IPython's name for a cell that Python could not read
_FRAME = re.compile(r"^  Cell In ?\[\d{1,6}\], line (\d{1,6})[^\n]*\n    ([^\n]*)", re.MULTILINE)


def _place_of(trace: object) -> tuple[int | None, str, str]:
    """From a plain traceback: the line of the cell, what stands there, and the notebook's innermost line."""
    frames = _FRAME.findall(_trace_text(trace))
    if not frames or frames[0][1].startswith("get_ipython()"):  # a magic runs the cell, and counts lines of its own
        return None, "", ""
    (line, code), (_, inner) = frames[0], frames[-1]
    return int(line), wire.clean(code.strip()[:200]), wire.clean(inner.strip()[:200])


def _failing_line(trace: object) -> str:
    """The last line of source in a plain traceback; an assert without a message says nothing else."""
    source = [line.strip() for line in _trace_text(trace).splitlines() if line.startswith("    ")]
    return source[-1][:200] if source else ""


def _trace_text(trace: object) -> str:
    return "\n".join(map(str, trace))[:20_000] if isinstance(trace, list) else ""
