"""The grader's end of the connection over which it asks a kernel for cells."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

from grader.kernel.protocol.cell_messages import Reply, Request
from grader.kernel.protocol.channel import Channel, Closed, packed


class CellChannel:
    """Sends and reads in an event loop, and never waits. Between two reads others have their turn, whatever the
    participant's process sends; what is no message ends the connection."""

    def __init__(self, sock: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        sock.setblocking(False)
        self._socket, self._loop = sock, loop
        self._channel = Channel(sock, Reply)
        self._unsent = memoryview(b"")
        self._lost: Exception | None = None
        self._hear: Callable[[Reply], None] = lambda message: None
        self._fail: Callable[[Exception], None] = lambda error: None
        loop.add_reader(sock, self._read)

    def listen(self, hear: Callable[[Reply], None], fail: Callable[[Exception], None]) -> None:
        """From here on give each message to `hear`, and to `fail` how the connection is lost."""
        self._hear, self._fail = hear, fail
        if self._lost is not None:
            fail(self._lost)

    def send(self, message: Request) -> None:
        """Raise Closed where the kernel has hung up, or has not read the message before yet."""
        if self._unsent:
            raise Closed("it does not read")
        self._unsent = memoryview(packed(message))
        try:
            self._write()
        except OSError as error:
            raise Closed(str(error)) from error
        if self._unsent:
            self._loop.add_writer(self._socket, self._write_on)

    def _write(self) -> None:
        with suppress(BlockingIOError):
            self._unsent = self._unsent[self._socket.send(self._unsent) :]

    def _write_on(self) -> None:
        try:
            self._write()
        except OSError as error:
            self._lose(Closed(str(error)))
        else:
            if not self._unsent:
                self._loop.remove_writer(self._socket)

    def _read(self) -> None:
        try:
            message = self._channel.receive(0)
            while message is not None:
                self._hear(message)
                message = self._channel.at_once()
        except TimeoutError:  # not all of it has come
            pass
        except Exception as error:  # whatever the participant's process has sent
            self._lose(error)

    def _lose(self, error: Exception) -> None:
        self._stop()
        self._lost = error
        self._fail(error)

    def _stop(self) -> None:
        if not self._loop.is_closed():
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)

    def close(self) -> None:
        """It may be called more than once."""
        if self._socket.fileno() >= 0:
            self._stop()
        self._socket.close()
