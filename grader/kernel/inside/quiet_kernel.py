"""The kernel between its cells: it takes the grader's requests, and replies."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # signal's functions without its enums, which take longer
import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any

from ipykernel.ipkernel import IPythonKernel

from grader.kernel.inside.connection import Connection
from grader.kernel.inside.outputs import failure
from grader.kernel.protocol.cell_messages import Execute, Failure, Ran, Request, Serve, Settled
from grader.kernel.protocol.channel import Closed
from grader.kernel.protocol.values import WireError, clean


class OneThread:
    """What a kernel without threads has in the place of the thread that reads its messages: nothing, below this one."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class QuietKernel(IPythonKernel):  # type: ignore[misc]
    """Takes one request after another, in one task, and answers that a cell has ended and what it has shown in one
    message, over the grader's connection. It has none of Jupyter's sockets.

    It replies to every cell, whatever the cell breaks: without a reply the cell would seem to run on.
    """

    shell_channel_thread = OneThread()  # ipykernel asks for its parent_thread when a cell awaits
    _supports_kernel_subshells = False
    shell_stream = None
    connection: Connection  # this and those below are plain attributes, no traits, which take long to set
    _allow_stdin = False
    _sys_raw_input = _save_getpass = None
    _in_cell = False
    _waiting: asyncio.Future[None] | None = None
    answer_grader: Callable[[], None] = staticmethod(lambda: None)
    """Answers what the grader asks beside its cells, until it wants to run cells again."""

    # ---- requests

    def start(self) -> None:
        """Begin to serve, in `io_loop`. What ipykernel begins with is for sockets that this kernel has not."""
        loop = self.io_loop.asyncio_loop
        self._requests: deque[Request] = deque()
        loop.add_reader(self.connection.fileno(), self._wake)
        self._serving = loop.create_task(self._serve())

    async def _serve(self) -> None:
        """Answer every request. A cell may cancel all tasks, this one too: it goes on. One that breaks what answers
        ends the kernel: without an answer the next cell would seem to run on."""
        while True:
            with suppress(Exception, asyncio.CancelledError):
                request = await self._next_request()
                try:
                    await self._answer(request)
                except Exception:
                    os._exit(1)

    async def _next_request(self) -> Request:
        await asyncio.sleep(0)  # what the cells have begun beside them gets its turn
        while not self._requests:
            self._waiting = self.io_loop.asyncio_loop.create_future()
            await self._waiting
        return self._requests.popleft()

    def _wake(self) -> None:
        """Take what has come, and end with the connection. What wakes the parent also wakes a process that a cell has
        forked, which shares its event loop's descriptor."""
        if not self.connection.is_own:
            return
        try:
            self._requests.extend(self.connection.requests())
        except (Closed, WireError):
            os._exit(1)
        if self._requests and self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _answer(self, request: Request) -> None:
        if isinstance(request, Execute):
            await self._answer_cell(request)
        elif isinstance(request, Serve):
            self._answer_questions()
        else:
            self.connection.send(Settled(request.request))

    async def _answer_cell(self, request: Execute) -> None:
        outputs = self.session.outputs
        self.set_parent([], self._as_jupyter_asks(request))
        outputs.begin(request.request)
        failed = await self._run_cell(request)
        if not self.connection.is_own:
            os._exit(failed is not None)  # forked by the cell, whose end is its own
        shown = outputs.take()
        outputs.begin("")
        self.connection.send(Ran(request.request, shown, failed))

    def _as_jupyter_asks(self, request: Execute) -> dict[str, Any]:
        """The request in the form that ipykernel and notebooks know."""
        session, kind = self.session.session, "execute_request"
        header = {"msg_id": request.request, "msg_type": kind, "session": session, "username": "", "version": "5.3"}
        return {
            "header": header,
            "msg_id": request.request,
            "msg_type": kind,
            "parent_header": {},
            "metadata": {"cellId": str(request.cell)},
            "content": {"code": request.code, "silent": False, "store_history": True},
            "buffers": [],
        }

    def _answer_questions(self) -> None:
        """As if a cell did it, to which nobody waits for a reply."""
        try:
            self._forward_input(False)
            with self.shell.builtin_trap, self.shell.display_trap, self._on_cells_streams():
                self.answer_grader()
        except BaseException:  # nobody answers the grader any more
            os._exit(1)
        finally:
            self._restore_input()

    async def _run_cell(self, request: Execute) -> Failure | None:
        try:
            _signal.signal(_signal.SIGINT, _signal.default_int_handler)
            reply = await self.do_execute(request.code, False, cell_id=str(request.cell))
            sys.stdout.flush()
            sys.stderr.flush()
            return failure(reply) if reply["status"] == "error" else None
        except BaseException as error:  # what breaks here was broken by the cell
            return _failure_of(error)
        finally:
            _signal.signal(_signal.SIGINT, _signal.SIG_IGN)

    # ---- streams

    def use_streams(self, stdout: Any, stderr: Any) -> None:
        """Use these streams. Those that a cell sets, which may be anything, are used only while its code runs."""
        self._own_streams = self._cells_streams = self._stdout, self._stderr = stdout, stderr
        shell = self.shell
        shell.run_code = self._with_cells_streams(shell.run_code)
        for owner, name in ((shell, "_showtraceback"), (shell.displayhook, "finish_displayhook")):
            setattr(owner, name, self._with_own_streams(getattr(owner, name)))

    def _with_cells_streams(self, run_code: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        @wraps(run_code)
        async def run(*args: Any, **kwargs: Any) -> Any:
            with self._on_cells_streams():
                return await run_code(*args, **kwargs)

        return run

    @contextmanager
    def _on_cells_streams(self) -> Iterator[None]:
        if self._in_cell:  # a magic runs code, with streams of its own
            yield
            return
        self._in_cell = True
        sys.stdout, sys.stderr = self._cells_streams
        try:
            yield
        finally:
            self._in_cell = False
            self._cells_streams = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = self._own_streams
            for stream in self._cells_streams:
                with suppress(BaseException):
                    stream.flush()

    def _with_own_streams(self, show: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(show)
        def run(*args: Any, **kwargs: Any) -> Any:
            before = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = self._own_streams
            try:
                return show(*args, **kwargs)
            finally:
                sys.stdout, sys.stderr = before

        return run


def _failure_of(error: BaseException) -> Failure:
    try:
        text = clean(str(error)[:1000])
    except BaseException:  # its __str__ may be the participant's
        text = ""
    return Failure(clean(type(error).__name__[:60]), text, "")
