"""The kernel's end of the connection over which the grader asks for cells."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

from grader.kernel.protocol.cell_messages import Reply, Request
from grader.kernel.protocol.channel import Channel, packed


class Connection:
    """Takes requests, and sends what threads of this process say, each message as a whole.

    A process that a cell has forked sends nothing: the connection is its parent's.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket, self._channel = sock, Channel(sock, Request)
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._begun: tuple[bytes, list[int]] = b"", []

    def fileno(self) -> int:
        return self._socket.fileno()

    @property
    def is_own(self) -> bool:
        """Whether it is this process's."""
        return os.getpid() == self._pid

    def requests(self) -> Iterator[Request]:
        """Those that have come, without waiting. Raise Closed or WireError."""
        with suppress(TimeoutError):
            request = self._channel.receive(0)
            while request is not None:
                yield request
                request = self._channel.at_once()

    def send(self, message: Reply) -> None:
        """Wait where the grader does not read yet. Raise OSError, or what interrupts it: the rest then goes out before
        the next message."""
        if not self.is_own:
            return
        body = packed(message)
        with self._lock:
            self._finish()
            self._begun = body, []
            self._finish()

    def _finish(self) -> None:
        """Send the rest of the message that was begun."""
        body, sent = self._begun
        while (start := sum(sent)) < len(body):
            # No interrupt comes between what is sent and the note of it, as it would between two steps of Python's.
            sent.extend(map(self._socket.send, (memoryview(body)[start:],)))
