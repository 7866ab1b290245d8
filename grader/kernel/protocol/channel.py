"""Messages over a stream socket: frames of JSON with a length before each, bounded in size and in time."""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

import msgspec

from grader.kernel.protocol.values import MAX_FRAME_BYTES, Frozen, WireError

_HEADER = struct.Struct(">Q")


class Closed(Exception):
    """The other side is gone."""


class Channel:
    """Frames over a stream socket, each way with a deadline, so that no peer can stall the other.

    `incoming` is the union of messages that this side accepts.
    """

    def __init__(self, sock: socket.socket, incoming: Any) -> None:
        self._socket = sock
        self._decoder = msgspec.json.Decoder(incoming)
        self._received = bytearray()

    def send(self, message: Frozen, timeout_s: float | None = None) -> None:
        """Raise Closed when the peer is gone, TimeoutError when it does not read."""
        body = msgspec.json.encode(message)
        self._socket.settimeout(timeout_s)
        try:
            self._socket.sendall(_HEADER.pack(len(body)) + body)
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed(str(error)) from error

    def receive(self, timeout_s: float | None = None) -> Any:
        """The next message. Raise Closed, TimeoutError or WireError (whatever follows it can't be trusted)."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self._fill(_HEADER.size, deadline)
        (size,) = _HEADER.unpack_from(self._received)
        if size > MAX_FRAME_BYTES:
            raise WireError(f"a message of {size} bytes, over the limit of {MAX_FRAME_BYTES}")
        self._fill(_HEADER.size + size, deadline)
        body = bytes(self._received[_HEADER.size : _HEADER.size + size])
        del self._received[: _HEADER.size + size]
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise WireError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def _fill(self, size: int, deadline: float | None) -> None:
        """Read until at least `size` bytes are there."""
        while len(self._received) < size:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            try:
                chunk = self._socket.recv(max(1 << 16, min(size - len(self._received), 1 << 20)))
            except TimeoutError:
                raise
            except OSError as error:
                raise Closed(str(error)) from error
            if not chunk:
                raise Closed("end of stream")
            self._received += chunk
