"""Runs cells through nbclient, and reads the messages that the kernel sends meanwhile."""

from __future__ import annotations

import asyncio
import io
import logging
import re
from collections.abc import Mapping
from typing import Any

import zmq
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from grader.i18n import msg
from grader.kernel.agent_client import INTERRUPT_GRACE_S, KernelDied
from grader.kernel.protocol.jupyter import OUTPUTS
from grader.kernel.protocol.values import clean
from grader.kernel.timer import LOOK_EVERY_S, TimeLimit, Timer
from grader.model import Cell, CellResult, CellStatus

START_TIMEOUT_S = 30.0
END_TIMEOUT_S = 5.0
OUTPUTS_TIMEOUT_S = 10  # from the end of a cell until everything that it showed has come
_log = logging.getLogger(__name__)
_log.setLevel(logging.CRITICAL + 1)


class CellRunner(NotebookClient):  # type: ignore[misc]  # nbclient is untyped
    """nbclient with limits on a cell's time and on what is kept of its output.

    Attributes:
        ended: whether the kernel has said that the cell has ended.
        printed: what the cell has printed and shown so far, as text.
        error: its first error, as "Name: text".
        place: where that was: the line of the cell, its code, and the innermost code of the notebook.
    """

    def __init__(self, manager: Any) -> None:
        super().__init__(
            NotebookNode(cells=[None], metadata=NotebookNode()),
            km=manager,
            allow_errors=True,
            log=_log,
            coalesce_streams=False,
            record_timing=False,
        )
        self.startup_timeout = int(START_TIMEOUT_S)
        self._node = NotebookNode(cell_type="code", source="", metadata=NotebookNode(), outputs=[])
        self._request = ""
        self._reply: dict[str, Any] | None = None
        self.begin(None, 0)

    def begin(self, timer: Timer | None, output_bytes: int) -> None:
        """Forget the cell before, and set the limits of the next one."""
        self._timer = timer
        self._is_over = False
        self._room = output_bytes  # below 0: what was cut
        self.ended = False
        self.printed = io.StringIO()
        self.error: str | None = None
        self.place: _Place = (None, "", "", ())

    async def run_cell(self, cell: Cell, limit: TimeLimit, timer: Timer, output_bytes: int) -> CellResult:
        """Run a cell, and keep `output_bytes` of its output, in UTF-8. An error in it is a result; raise KernelDied
        when it ends the kernel. `timer` measures it already."""
        self.begin(timer, output_bytes)
        self.kc.cell_index = cell.index
        self._node.source = cell.source
        try:
            await self.async_execute_cell(self._node, 0)
        except zmq.Again as lost:
            raise KernelDied("the connection to the kernel is lost") from lost
        except DeadKernelError as dead:
            if self._is_over or timer.is_over():
                await self._interrupt()
                text = f"> {limit.clock_s if timer.by_clock else limit.cpu_s:.3g} s"
                return CellResult(cell.index, CellStatus.TIMED_OUT, text, self.notes())
            raise KernelDied("the kernel ended while the cell ran") from dead
        except Exception as garbled:  # the participant's code can write to its sockets: what can't be read is its doing
            raise KernelDied(f"the kernel sent what is no message: {type(garbled).__name__}") from garbled
        if not self.ended and cell.source.strip():
            raise KernelDied("the connection over which the kernel shows its outputs is lost")
        status = CellStatus.ERROR if self.error else CellStatus.OK
        return CellResult(cell.index, status, self.error, self.notes(), self.printed.getvalue(), *self.place)

    async def _interrupt(self) -> None:
        self.kc.shell_channel.stop_listening()
        self.kc.iopub_channel.stop_listening()
        try:
            await self.km.interrupt_kernel()
            await asyncio.wait_for(self._settle(), INTERRUPT_GRACE_S)
        except Exception as error:  # as above
            raise KernelDied("the kernel would not be interrupted", timed_out=True) from error

    async def _settle(self) -> None:
        """Wait until the kernel has answered over both connections, after everything that it still had to send."""
        await asyncio.gather(self.async_wait_for_reply(self.kc.kernel_info()), self.kc.wait_for_ready())

    def notes(self) -> tuple[Any, ...]:
        if self._room >= 0:
            return ()
        return (msg("It printed more than fits; the rest was cut."),)

    # ---- what nbclient waits for, without a task for each

    def _async_poll_output_msg(self, request: str, *_: object) -> asyncio.Future[None]:
        """Nothing but what nbclient cancels: `_async_poll_for_reply` sees to the outputs too."""
        self._request, self._reply = request, None
        return asyncio.get_running_loop().create_future()

    def _async_poll_for_reply(
        self, request: str, cell: object, timeout_s: object, shown: object, looking: asyncio.Future[None]
    ) -> asyncio.Future[dict[str, Any]]:
        """The reply, once everything that the cell showed has come too. Nothing waits for it longer than `looking`."""
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        answered.add_done_callback(lambda _: looking.cancel())
        self._answered = answered
        self.kc.iopub_channel.listen(self._hear_output, self._fail)
        self.kc.shell_channel.listen(self._hear_reply, self._fail)
        return answered

    def _async_poll_kernel_alive(self) -> asyncio.Future[None]:
        """Look whether the kernel is alive, more often than nbclient does, and whether the cell is over its limit.
        Returns what ends that when it is cancelled."""
        loop = asyncio.get_running_loop()
        looking: asyncio.Future[None] = loop.create_future()

        def look() -> None:
            self._is_over = self._timer is not None and self._timer.is_over()
            if not self._is_over and self.km.provisioner.is_running:
                self._next_look = loop.call_later(self._next_look_s(), look)
            elif self.task_poll_for_reply is not None:
                self.task_poll_for_reply.cancel()

        self._next_look = loop.call_later(self._next_look_s(), look)
        looking.add_done_callback(lambda _: self._next_look.cancel())
        return looking

    def _next_look_s(self) -> float:
        return LOOK_EVERY_S if self._timer is None else self._timer.next_look_s()

    def _fail(self, garbled: Exception) -> None:
        if not self._answered.done():
            self._answered.set_exception(garbled)

    def _hear_reply(self, message: dict[str, Any]) -> None:
        """Take the outputs that come with the reply. There are no others, if none was published."""
        if message["parent_header"].get("msg_id") != self._request or self._reply is not None:
            return
        self._reply, brought = message, message["metadata"]
        for kind, content in brought.get("outputs", ()):
            self._take(kind, content)
        self.ended |= brought.get("published") is False
        self._answer()
        if not self._answered.done():
            wait = asyncio.get_running_loop().call_later(OUTPUTS_TIMEOUT_S, _resolve, self._answered, message)
            self._answered.add_done_callback(lambda _: wait.cancel())

    def _hear_output(self, message: dict[str, Any]) -> None:
        if message["parent_header"].get("msg_id") == self._request:
            self._take(message["msg_type"], message["content"])
            self._answer()

    def _answer(self) -> None:
        """Give nbclient the reply, if everything has come."""
        if self.ended and self._reply is not None:
            _resolve(self._answered, self._reply)

    def _take(self, kind: str, content: dict[str, Any]) -> None:
        """Keep printed text up to the limit, and the first error: of everything else nbclient would keep more than
        fits."""
        if kind == "error":
            if self.error is None:
                self._keep_error(content)
        elif kind in OUTPUTS:
            self._keep_output(_text_of(content).encode())
        elif kind == "status":
            self.ended = content["execution_state"] == "idle"

    def _keep_output(self, text: bytes) -> None:
        self.printed.write(text[: max(0, self._room)].decode(errors="ignore"))
        self._room -= len(text)

    async def _check_raise_for_error(self, cell: Any, cell_index: int, reply: dict[str, Any] | None) -> None:
        """Take the error from the reply, where no message has brought one. Raises nothing: it is a result."""
        if self.error is None and reply is not None and reply["content"]["status"] == "error":
            self._keep_error(reply["content"])

    def _keep_error(self, content: Mapping[str, Any]) -> None:
        self.error = _error_of(content)
        self.place = _place_of(content.get("traceback"))


def _resolve(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


async def cancel_others() -> None:
    """Cancel all other tasks of this loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=END_TIMEOUT_S)


def _text_of(content: Mapping[str, Any]) -> str:
    data = content.get("data")
    text = data.get("text/plain", "") if isinstance(data, Mapping) else content.get("text", "")
    return clean(text) if isinstance(text, str) else ""


def _error_of(content: Mapping[str, Any]) -> str:
    said = _READER.sub("", str(content.get("evalue"))[:500])
    text = said or _failing_line(content.get("traceback"))
    name = str(content.get("ename"))[:60]
    return clean(f"{_NAMES.get(name, name)}: {text}")


_NAMES = {"_IncompleteInputError": "SyntaxError"}  # what IPython gets from Python 3.13 for code that ends too early
_READER = re.compile(r" \(\d+\.py, line \d+\)$")  # IPython's name for a cell that does not parse
_FRAME = re.compile(r"^  Cell In ?\[\d{1,6}\], line (\d{1,6})[^\n]*\n    ([^\n]*)", re.MULTILINE)


MAX_CALLERS = 5
_Place = tuple[int | None, str, str, tuple[str, ...]]


def _place_of(trace: object) -> _Place:
    """From a plain traceback: the line of the cell, the code there, the innermost code of the notebook, and the lines
    from which that was called."""
    frames = _FRAME.findall(_trace_text(trace))
    if not frames or frames[0][1].startswith("get_ipython()"):  # a magic runs the cell, and counts lines in another way
        return None, "", "", ()
    codes = [clean(code.strip()[:200]) for _, code in (frames[0], *frames[1:][-MAX_CALLERS:])]
    return int(frames[0][0]), codes[0], codes[-1], tuple(codes[:-1])


def _failing_line(trace: object) -> str:
    """The last line of source in a plain traceback: for an assert without a message, all there is to say."""
    source = [line.strip() for line in _trace_text(trace).splitlines() if line.startswith("    ")]
    return source[-1][:200] if source else ""


def _trace_text(trace: object) -> str:
    return "\n".join(map(str, trace))[:20_000] if isinstance(trace, list) else ""
