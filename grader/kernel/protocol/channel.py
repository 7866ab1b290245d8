"""Messages over a stream socket: a length of eight bytes, then that much JSON. Bounded in size and in time."""

from __future__ import annotations

import math
import select
import socket
import struct
import time
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import Any

import msgspec

from grader.kernel.protocol.values import MAX_FRAME_BYTES, Frozen, WireError

_HEADER = struct.Struct(">Q")
_HEADER_BYTES, _PACK, _UNPACK = _HEADER.size, _HEADER.pack, _HEADER.unpack_from
_ENCODE = msgspec.json.Encoder().encode
_AT_ONCE = getattr(socket, "MSG_DONTWAIT", 0)  # Windows has none


@cache
def decoder(incoming: Any) -> msgspec.json.Decoder[Any]:
    """The decoder of a type, or a union of types. It takes milliseconds to build: the fork server does it once."""
    return msgspec.json.Decoder(incoming)


class Closed(Exception):
    """The other side has hung up."""


def packed(message: Frozen) -> bytes:
    """The message as it is sent."""
    body = _ENCODE(message)
    return _PACK(len(body)) + body


class Channel:
    """One end of a connection. Sending and receiving have deadlines, so neither side can stall the other.

    `incoming` is the type, or the union of types, of the messages that this side accepts. `received_bytes` is the size
    of the last one.
    """

    def __init__(self, sock: socket.socket, incoming: Any) -> None:
        self._socket = sock
        self._decode = decoder(incoming).decode
        self._received: bytes | bytearray = b""  # from `_start` on it has not been taken
        self._start = 0
        self._timeout_s: float | None = -1.0
        self.received_bytes = 0

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: Frozen, timeout_s: float | None = None) -> None:
        """Raise Closed when the other side has hung up, TimeoutError when it does not read."""
        self._send_frames(packed(message), timeout_s)

    def send_ahead(self, messages: Iterable[Frozen], timeout_s: float) -> int:
        """Send the first of these messages to somebody who may be too busy to read them, as many as the socket is sure
        to hold where it is empty. Returns how many; raise as `send` does."""
        room = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) * 3 // 4  # the rest: what it adds to them
        fitting: list[bytes] = []
        for frame in map(packed, messages):
            room -= len(frame)
            if room < 0:
                break
            fitting.append(frame)
        if fitting:
            self._send_frames(b"".join(fitting), timeout_s)
        return len(fitting)

    def _send_frames(self, frames: bytes, timeout_s: float | None) -> None:
        try:
            if timeout_s is None:
                self._set_timeout(None)
                self._socket.sendall(frames)
            elif (sent := self._send_at_once(frames)) < len(frames):
                self._set_timeout(timeout_s)
                self._socket.sendall(memoryview(frames)[sent:])
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed(str(error)) from error

    def receive(self, timeout_s: float | None = None) -> Any:
        """The next message. Raise Closed, TimeoutError, or WireError, after which the channel is of no more use.

        After a TimeoutError the part that has come is kept for the next call. `timeout_s` 0 reads once of what is
        there.
        """
        if (end := self._end()) > len(self._received):
            deadline = None if timeout_s is None else time.monotonic() + timeout_s
            self._keep(self._read(end - len(self._received), deadline))
            while (end := self._end()) > len(self._received):
                if deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError  # even if there is always a little more to read
                self._keep(self._read(end - len(self._received), deadline))
        return self._take(end)

    def at_once(self) -> Any:
        """The next message if it has been read already, with one before it; else None. Raise WireError."""
        if self._start == len(self._received):
            return None
        end = self._end()
        return self._take(end) if end <= len(self._received) else None

    def _keep(self, chunk: bytes) -> None:
        """Put it behind what has not been taken."""
        if self._start == len(self._received):
            self._received, self._start = chunk, 0
            return
        if self._start or isinstance(self._received, bytes):
            self._received, self._start = bytearray(self._received[self._start :]), 0
        self._received += chunk

    def _take(self, end: int) -> Any:
        body = memoryview(self._received)[self._start + _HEADER_BYTES : end]
        self._start, self.received_bytes = end, len(body)
        if end == len(self._received):
            self._received, self._start = b"", 0
        try:
            return self._decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise WireError(str(error)) from error

    def _end(self) -> int:
        """Where the next message ends in what has come; more than that is, while its header is not whole. Raise
        WireError where it is too large."""
        start = self._start
        if len(self._received) - start < _HEADER_BYTES:
            return start + _HEADER_BYTES + 1
        size: int = _UNPACK(self._received, start)[0]
        if size > MAX_FRAME_BYTES:
            raise WireError(f"a message of {size} bytes, over the limit of {MAX_FRAME_BYTES}")
        return start + _HEADER_BYTES + size

    def close(self) -> None:
        self._socket.close()

    def _send_at_once(self, frame: bytes) -> int:
        """Send what can be sent without waiting. Returns how many bytes that was."""
        try:
            return self._socket.send(frame, _AT_ONCE) if _AT_ONCE else 0
        except BlockingIOError:
            return 0

    def _set_timeout(self, timeout_s: float | None) -> None:
        """Above a second in steps of a tenth, so that it seldom changes: each change is a system call."""
        if timeout_s is not None and timeout_s > 1:
            timeout_s = math.ceil(10 * timeout_s) / 10
        if timeout_s != self._timeout_s:
            self._socket.settimeout(timeout_s)
            self._timeout_s = timeout_s

    def _read(self, wanted: int, deadline: float | None) -> bytes:
        """Read some of so many bytes, and what comes with them."""
        if deadline is None:
            self._set_timeout(None)
        elif not self._poll(max(0.0, 1000 * (deadline - time.monotonic()))):
            raise TimeoutError
        try:
            chunk = self._socket.recv(max(1 << 16, min(wanted, 1 << 20)))
        except OSError as error:
            raise Closed(str(error)) from error
        if not chunk:
            raise Closed("end of stream")
        return chunk

    @cached_property
    def _poll(self) -> Callable[[float], object]:
        """Waits so many milliseconds for something to read, or for the end. A socket's own timeout takes one more
        system call each time."""
        if not hasattr(select, "poll"):  # Windows
            return lambda milliseconds: select.select([self._socket], [], [], milliseconds / 1000)[0]
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return poll.poll
