"""Messages over a stream socket: a length of eight bytes, then that much JSON. Bounded in size and in time."""

from __future__ import annotations

import functools
import math
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
        self._timeout_s: float | None = -1.0
        self.received_bytes = 0

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: Frozen, timeout_s: float | None = None) -> None:
        """Raise Closed when the other side has hung up, TimeoutError when it does not read."""
        body = msgspec.json.encode(message)
        self._set_timeout(timeout_s)
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
        end = self._end()
        if len(self._received) < end:
            end = self._wait(timeout_s)
        body = bytes(self._received[_HEADER.size : end])
        del self._received[:end]
        self.received_bytes = end - _HEADER.size
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise WireError(str(error)) from error

    def _end(self) -> int:
        """How many bytes there must be for the next message to be whole; more than there are, while its header is not.
        Raise WireError where it is too large."""
        if len(self._received) < _HEADER.size:
            return _HEADER.size + 1
        (size,) = _HEADER.unpack_from(self._received)
        if size > MAX_FRAME_BYTES:
            raise WireError(f"a message of {size} bytes, over the limit of {MAX_FRAME_BYTES}")
        return _HEADER.size + int(size)

    def _wait(self, timeout_s: float | None) -> int:
        """Read until the next message is whole. Returns its end."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        end = self._end()
        while len(self._received) < end:
            self._read(end - len(self._received), deadline)
            end = self._end()
        return end

    def close(self) -> None:
        self._socket.close()

    def _set_timeout(self, timeout_s: float | None) -> None:
        """Above a second in steps of a tenth, so that it seldom changes: each change is a system call."""
        if timeout_s is not None and timeout_s > 1:
            timeout_s = math.ceil(10 * timeout_s) / 10
        if timeout_s != self._timeout_s:
            self._socket.settimeout(timeout_s)
            self._timeout_s = timeout_s

    def _read(self, wanted: int, deadline: float | None) -> None:
        """Read some of so many bytes, and what comes with them."""
        self._set_timeout(None if deadline is None else max(0.0, deadline - time.monotonic()))
        try:
            chunk = self._socket.recv(max(1 << 16, min(wanted, 1 << 20)))
        except (TimeoutError, BlockingIOError) as error:  # the latter where no time is left
            raise TimeoutError from error
        except OSError as error:
            raise Closed(str(error)) from error
        if not chunk:
            raise Closed("end of stream")
        self._received += chunk
