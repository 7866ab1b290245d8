"""Runs cells through nbclient, and reads the messages that the kernel sends meanwhile."""

from __future__ import annotations

import asyncio
import io
import logging
import re
from functools import partial
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from grader.i18n import msg
from grader.kernel.agent_client import INTERRUPT_GRACE_S, KernelDied
from grader.kernel.protocol.cell_messages import Failure, Output, Ran, Reply, Settled, Shown, Text
from grader.kernel.protocol.channel import Closed
from grader.kernel.protocol.values import clean
from grader.kernel.timer import LOOK_EVERY_S, TimeLimit, Timer
from grader.model import Cell, CellResult, CellStatus

START_TIMEOUT_S = 30.0
END_TIMEOUT_S = 5.0
MAX_TRACE = 20_000  # characters of a traceback that are looked through
_log = logging.getLogger(__name__)
_log.setLevel(logging.CRITICAL + 1)


class CellRunner(NotebookClient):  # type: ignore[misc]  # nbclient is untyped
    """nbclient with limits on a cell's time and on what is kept of its output.

    Attributes:
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
        self._node = NotebookNode(cell_type="code", source="", metadata=NotebookNode(), outputs=[])
        self._request = ""
        self.begin(None, 0)

    def begin(self, timer: Timer | None, output_bytes: int) -> None:
        """Forget the cell before, and set the limits of the next one."""
        self._timer = timer
        self._is_over = False
        self._room = output_bytes  # below 0: what was cut
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
        except Closed as lost:
            raise KernelDied("the connection to the kernel is lost") from lost
        except DeadKernelError as dead:
            if self._is_over or timer.is_over():
                await self._interrupt()
                text = f"> {limit.clock_s if timer.by_clock else limit.cpu_s:.3g} s"
                return CellResult(cell.index, CellStatus.TIMED_OUT, text, self.notes())
            raise KernelDied("the kernel ended while the cell ran") from dead
        except Exception as garbled:  # the participant's code can write to its socket: what can't be read is its doing
            raise KernelDied(f"the kernel sent what is no message: {type(garbled).__name__}") from garbled
        status = CellStatus.ERROR if self.error else CellStatus.OK
        return CellResult(cell.index, status, self.error, self.notes(), self.printed.getvalue(), *self.place)

    async def _interrupt(self) -> None:
        try:
            await self.km.interrupt_kernel()
            await asyncio.wait_for(self._settle(), INTERRUPT_GRACE_S)
        except Exception as error:  # as above
            raise KernelDied("the kernel would not be interrupted", timed_out=True) from error

    async def _settle(self) -> None:
        """Wait until the kernel has answered once more, after everything that it still had to send."""
        request, settled = self.kc.settle(), asyncio.get_running_loop().create_future()

        def hear(message: Reply) -> None:
            if isinstance(message, Settled) and message.request == request:
                _resolve(settled, message)

        self.kc.channel.listen(hear, partial(_fail, settled))
        await settled

    def notes(self) -> tuple[Any, ...]:
        if self._room >= 0:
            return ()
        return (msg("It printed more than fits; the rest was cut."),)

    # ---- what nbclient waits for, without a task for each

    def _async_poll_output_msg(self, request: str, *_: object) -> asyncio.Future[None]:
        """Nothing but what nbclient cancels: `_async_poll_for_reply` sees to the outputs too."""
        self._request = request
        return asyncio.get_running_loop().create_future()

    def _async_poll_for_reply(
        self, request: str, cell: object, timeout_s: object, shown: object, looking: asyncio.Future[None]
    ) -> asyncio.Future[Ran]:
        """The reply, which comes after everything that the cell showed. Nothing waits for it longer than `looking`."""
        answered: asyncio.Future[Ran] = asyncio.get_running_loop().create_future()
        answered.add_done_callback(lambda _: looking.cancel())
        self._answered = answered
        self.kc.channel.listen(self._hear, partial(_fail, answered))
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

    def _hear(self, message: Reply) -> None:
        if self._answered.done() or message.request != self._request:
            return
        if isinstance(message, Shown):
            self._take(message.output)
        elif isinstance(message, Ran):
            for output in message.outputs:
                self._take(output)
            self._answered.set_result(message)

    def _take(self, output: Output) -> None:
        """Keep printed text up to the limit, and the first error: of everything else nbclient would keep more than
        fits."""
        if isinstance(output, Text):
            self._keep_output(output.text.encode())
        elif self.error is None:
            self._keep_error(output)

    def _keep_output(self, text: bytes) -> None:
        self.printed.write(text[: max(0, self._room)].decode(errors="ignore"))
        self._room -= len(text)

    async def _check_raise_for_error(self, cell: Any, cell_index: int, reply: Ran) -> None:
        """Take the error from the reply, where no output has brought one. Raises nothing: it is a result."""
        if self.error is None and reply.failure is not None:
            self._keep_error(reply.failure)

    def _keep_error(self, failure: Failure) -> None:
        self.error, self.place = _error_of(failure), _place_of(failure.trace)


def _fail(waiting: asyncio.Future[Any], error: Exception) -> None:
    if not waiting.done():
        waiting.set_exception(error)


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


def _error_of(failure: Failure) -> str:
    said = _READER.sub("", failure.text[:500])
    text = said or _failing_line(failure.trace)
    name = failure.name[:60]
    return clean(f"{_NAMES.get(name, name)}: {text}")


_NAMES = {"_IncompleteInputError": "SyntaxError"}  # what IPython gets from Python 3.13 for code that ends too early
_READER = re.compile(r" \(\d+\.py, line \d+\)$")  # IPython's name for a cell that does not parse
_FRAME = re.compile(r"^  Cell In ?\[\d{1,6}\], line (\d{1,6})[^\n]*\n    ([^\n]*)", re.MULTILINE)


MAX_CALLERS = 5
_Place = tuple[int | None, str, str, tuple[str, ...]]


def _place_of(trace: str) -> _Place:
    """From a plain traceback: the line of the cell, the code there, the innermost code of the notebook, and the lines
    from which that was called."""
    frames = _FRAME.findall(trace[:MAX_TRACE])
    if not frames or frames[0][1].startswith("get_ipython()"):  # a magic runs the cell, and counts lines in another way
        return None, "", "", ()
    codes = [clean(code.strip()[:200]) for _, code in (frames[0], *frames[1:][-MAX_CALLERS:])]
    return int(frames[0][0]), codes[0], codes[-1], tuple(codes[:-1])


def _failing_line(trace: str) -> str:
    """The last line of source in a plain traceback: for an assert without a message, all there is to say."""
    source = [line.strip() for line in trace[:MAX_TRACE].splitlines() if line.startswith("    ")]
    return source[-1][:200] if source else ""
