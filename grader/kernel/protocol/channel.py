"""Messages over a stream socket: a length of eight bytes, then that much JSON. Bounded in size and in time."""

from __future__ import annotations

import functools
import socket
import struct
import time
from typing import Any

import msgspec

from grader.kernel.protocol.values import MAX_FRAME_BYTES, Frozen, WireError

_HEADER = struct.Struct(">Q")


@functools.cache
def decoder(incoming: Any) -> msgspec.json.Decoder[Any]:
    """The decoder of a type, or a union of types. It takes milliseconds to build: the fork server does it once."""
    return msgspec.json.Decoder(incoming)


class Closed(Exception):
    """The other side has hung up."""


class Channel:
    """One end of a connection. Sending and receiving have deadlines, so neither side can stall the other.

    `incoming` is the type, or the union of types, of the messages that this side accepts. `received_bytes` is the size
    of the last one.
    """

    def __init__(self, sock: socket.socket, incoming: Any) -> None:
        self._socket = sock
        self._decoder = decoder(incoming)
        self._received = bytearray()
        self.received_bytes = 0

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: Frozen, timeout_s: float | None = None) -> None:
        """Raise Closed when the other side has hung up, TimeoutError when it does not read."""
        body = msgspec.json.encode(message)
        self._socket.settimeout(timeout_s)
        try:
            self._socket.sendall(_HEADER.pack(len(body)) + body)
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed(str(error)) from error

    def receive(self, timeout_s: float | None = None) -> Any:
        """The next message. Raise Closed, TimeoutError, or WireError, after which the channel is of no more use.

        After a TimeoutError the part that has come is kept for the next call. `timeout_s` 0 reads what is there.
        """
        size = self._size()
        if len(self._received) < _HEADER.size + size:
            self._wait(timeout_s)
            size = self._size()
        end = _HEADER.size + size
        body = bytes(self._received[_HEADER.size : end])
        del self._received[:end]
        self.received_bytes = size
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise WireError(str(error)) from error

    def _size(self) -> int:
        """That of the next message, 1 while it can't be known. Raise WireError where it is too large."""
        if len(self._received) < _HEADER.size:
            return 1
        (size,) = _HEADER.unpack_from(self._received)
        if size > MAX_FRAME_BYTES:
            raise WireError(f"a message of {size} bytes, over the limit of {MAX_FRAME_BYTES}")
        return int(size)

    def _wait(self, timeout_s: float | None) -> None:
        """Read until there is a whole message."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self._fill(_HEADER.size, deadline)
        self._fill(_HEADER.size + self._size(), deadline)

    def close(self) -> None:
        self._socket.close()

    def _fill(self, size: int, deadline: float | None) -> None:
        """Read until there are at least `size` bytes."""
        while len(self._received) < size:
            self._socket.settimeout(None if deadline is None else max(0.0, deadline - time.monotonic()))
            try:
                chunk = self._socket.recv(max(1 << 16, min(size - len(self._received), 1 << 20)))
            except (TimeoutError, BlockingIOError) as error:  # the latter where no time is left
                raise TimeoutError from error
            except OSError as error:
                raise Closed(str(error)) from error
            if not chunk:
                raise Closed("end of stream")
            self._received += chunk
