"""The kernel between its cells: it takes the grader's requests, and replies."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # signal's functions without its enums, which take longer
import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any

import zmq
from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import json_clean
from jupyter_client.session import DELIM
from tornado.ioloop import IOLoop

from grader.kernel.protocol.jupyter import ASK_REQUEST, has_message, receive_frames, send_frames
from grader.kernel.protocol.values import clean

_READ = ("status", "ename", "evalue", "traceback")
_REPLY = b'{"msg_id":"reply","msg_type":"execute_reply"}'


class ShellSocket:
    """What ipykernel takes for the stream of its shell socket. Our kernel reads the socket itself."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self.socket = socket

    def on_recv(self, *args: object, **kwargs: object) -> None:
        pass

    def flush(self, *args: object) -> None:
        pass

    def send_multipart(self, frames: list[bytes], *args: object, **kwargs: object) -> None:
        self.socket.send_multipart(frames)


class OneThread:
    """What a kernel without threads has in the place of the thread that reads its messages: nothing, below this one."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class QuietKernel(IPythonKernel):  # type: ignore[misc]
    """Takes one request after another, in one task, and answers that a cell has ended and what it has shown in one
    message. Nothing else is published: nobody reads it.

    It replies to every cell, whatever the cell breaks: without a reply the cell would seem to run on.
    """

    banner = ""  # IPython's holds a random tip: choosing it would change the participant's random numbers
    shell_channel_thread = OneThread()  # ipykernel asks for its parent_thread when a cell awaits
    _supports_kernel_subshells = False
    shell_stream: Any = None  # this and those below are plain attributes, no traits, which take long to set
    _allow_stdin = False
    _sys_raw_input = _save_getpass = None
    _in_cell = False
    _waiting: asyncio.Future[None] | None = None
    _received: list[bytes] | None = None
    answer_grader: Callable[[], None] = staticmethod(lambda: None)
    """Answers what the grader asks beside its cells, until it wants to run cells again."""

    # ---- requests

    def start(self) -> None:
        super().start()
        self.io_loop.add_handler(self.shell_stream.socket.FD, self._wake, IOLoop.READ)
        self._serving = self.io_loop.asyncio_loop.create_task(self._serve())

    async def _serve(self) -> None:
        """Answer every request. A cell may cancel all tasks, this one too: it goes on. One that breaks what answers
        ends the kernel: without an answer the next cell would seem to run on."""
        while not self.shell_stream.socket.closed:
            with suppress(Exception, asyncio.CancelledError):
                request = await self._next_request()
                try:
                    await self._answer(request)
                except Exception:
                    os._exit(1)

    async def _next_request(self) -> list[bytes]:
        await asyncio.sleep(0)  # what the cells have begun beside them gets its turn
        while (frames := self._receive()) is None:
            self._waiting = self.io_loop.asyncio_loop.create_future()
            await self._waiting
        return frames

    def _receive(self) -> list[bytes] | None:
        if self._received is None:
            return receive_frames(self.shell_stream.socket)
        frames, self._received = self._received, None
        return frames

    def _wake(self, *_: object) -> None:
        """Something has happened to the socket, which says so until it is looked at."""
        if self._waiting is None or self._waiting.done():
            has_message(self.shell_stream.socket)
            return
        self._received = self._receive()
        if self._received is not None:
            self._waiting.set_result(None)

    async def _answer(self, frames: list[bytes]) -> None:
        idents, parts = self.session.feed_identities(frames)
        request = self.session.deserialize(parts)
        self.set_parent(idents, request)
        if request["msg_type"] == "execute_request":
            await self._answer_cell(idents, parts[1], request)
            return
        if request["msg_type"] == ASK_REQUEST:
            self._answer_questions()
            return
        answered = self.shell_handlers[request["msg_type"]](self.shell_stream, idents, request)
        if answered is not None:
            await answered
        self._publish_status("idle", "shell")

    async def _answer_cell(self, idents: list[bytes], header: bytes, request: dict[str, Any]) -> None:
        outputs = self.session.outputs
        outputs.begin(request["msg_id"])
        ran = await self._run_cell(request)
        reply = self._pack(ran)
        published = outputs.published
        shown = self.session.pack({"outputs": outputs.take(), "published": published})
        outputs.begin(None)
        send_frames(self.shell_stream.socket, [*idents, DELIM, b"", _REPLY, header, shown, reply])
        if published:
            self._publish_status("idle", "shell")

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

    async def _run_cell(self, request: dict[str, Any]) -> dict[str, Any]:
        content, cell_id = request["content"], request["metadata"].get("cellId")
        try:
            _signal.signal(_signal.SIGINT, _signal.default_int_handler)
            reply = await self.do_execute(content["code"], content["silent"], content["store_history"], cell_id=cell_id)
            sys.stdout.flush()
            sys.stderr.flush()
            return {name: json_clean(reply[name]) for name in _READ if name in reply}
        except BaseException as error:  # what breaks here was broken by the cell
            return _error_reply(error)
        finally:
            _signal.signal(_signal.SIGINT, _signal.SIG_IGN)

    def _pack(self, reply: dict[str, Any]) -> bytes:
        try:
            return bytes(self.session.pack(reply))
        except Exception as error:
            return bytes(self.session.pack(_error_reply(error)))

    def _publish_status(self, status: str, *args: Any, **kwargs: Any) -> None:
        if status == "idle":
            super()._publish_status(status, *args, **kwargs)

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


def _error_reply(error: BaseException) -> dict[str, Any]:
    try:
        text = clean(str(error)[:1000])
    except BaseException:  # its __str__ may be the participant's
        text = ""
    return {"status": "error", "ename": clean(type(error).__name__[:60]), "evalue": text, "traceback": []}
