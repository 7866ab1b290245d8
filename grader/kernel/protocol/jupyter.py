"""Jupyter messages on both sides of a kernel's sockets, read and written faster than Jupyter does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from queue import Empty
from typing import Any

import msgspec
import zmq
from jupyter_client.channels import ZMQSocketChannel
from jupyter_client.session import Session

from grader.kernel.protocol.values import clean

MAX_MESSAGE_BYTES = 16 << 20  # a larger part of a message breaks its connection
MAX_PART_BYTES = MAX_MESSAGE_BYTES // 2
MAX_CUT_TEXT = MAX_MESSAGE_BYTES // 8  # characters, of six bytes each at most
MAX_CUT_ITEMS = 1_000
MAX_CLEANED_ITEMS = 100_000
SHORT_TEXT = 200
_MORE, _NOBLOCK, _POLLIN = int(zmq.SNDMORE), int(zmq.NOBLOCK), int(zmq.POLLIN)  # enums take longer than all the rest
_HAS_MORE, _EVENTS = int(zmq.RCVMORE), int(zmq.EVENTS)

OUTPUTS = frozenset({"stream", "display_data", "execute_result", "update_display_data", "error"})
"""Messages that hold what a cell shows."""
ASK_REQUEST = "grader_ask_request"
"""Has the kernel answer the grader's questions, which come over another connection."""


class QuickSession(Session):  # type: ignore[misc]
    """A session with an empty key, for two ends on one machine.

    Dates stay text: nobody reads them, and parsing four for each message takes as long as everything else. msgspec
    packs and unpacks plain data.
    """

    pack: Any
    unpack: Any

    def __init__(self) -> None:
        super().__init__()
        self.key = b""  # only now: a session created without a key writes a warning to the caller's log
        self._slow_pack, self.pack = self.pack, self._quick_pack
        self._slow_unpack, self.unpack = self.unpack, self._quick_unpack

    def _quick_pack(self, message: object) -> bytes:
        try:
            return msgspec.json.encode(message)
        except (TypeError, ValueError, OverflowError, RecursionError):  # what only Jupyter's own packer can write
            return bytes(self._slow_pack(message))

    def _quick_unpack(self, packed: bytes) -> Any:
        try:
            return msgspec.json.decode(packed)
        except (ValueError, RecursionError):  # what only Jupyter's own reads: broken texts, numbers that are none
            return self._slow_unpack(packed)

    def deserialize(self, msg_list: list[Any], content: bool = True, copy: bool = True) -> dict[str, Any]:
        """The message in `msg_list`: frames without the identities. Raise TypeError, ValueError or KeyError."""
        frames = msg_list if copy else [frame.bytes for frame in msg_list]
        if len(frames) < 5:
            raise TypeError(f"a message of {len(frames)} frames")
        _, header, parent, metadata, body, *buffers = frames
        unpacked = self.unpack(header)
        return {
            "header": unpacked,
            "msg_id": unpacked["msg_id"],
            "msg_type": unpacked["msg_type"],
            "parent_header": self.unpack(parent),
            "metadata": self.unpack(metadata),
            "content": self.unpack(body) if content else body,
            "buffers": buffers,
        }


class BoundedSession(QuickSession):
    """The kernel's end. A part that is too large for the other end would break the connection, so it is cut.

    Each long text is cut to its share, and of what is shown only the text is left. Lone surrogates, which the other end
    could not read, are replaced.
    """

    def _quick_pack(self, message: object) -> bytes:
        try:
            packed = msgspec.json.encode(message)
        except UnicodeEncodeError:
            return self._quick_pack(_map_texts(message, clean, [MAX_CLEANED_ITEMS]))
        except (TypeError, ValueError, OverflowError, RecursionError):
            packed = super()._quick_pack(message)
        return packed if len(packed) <= MAX_PART_BYTES else super()._quick_pack(_cut(message))

    def send(self, stream: Any, msg_or_type: Any, *args: Any, buffers: object = None, **kwargs: Any) -> Any:
        """Send the message without its `buffers`, which nobody reads."""
        return super().send(stream, msg_or_type, *args, **kwargs)


def send_frames(socket: zmq.Socket[bytes], frames: Sequence[bytes]) -> None:
    """Send a message. Raise zmq.Again where the other end takes no more, and the socket does not wait."""
    for frame in frames[:-1]:
        socket.send(frame, _MORE)
    socket.send(frames[-1])


def receive_frames(socket: zmq.Socket[bytes]) -> list[bytes] | None:
    """The next message; None where there is none yet."""
    if not has_message(socket):
        return None
    frames = [socket.recv(_NOBLOCK)]
    while socket.get(_HAS_MORE):
        frames.append(socket.recv(_NOBLOCK))
    return frames


def has_message(socket: zmq.Socket[bytes]) -> bool:
    """Whether there is a message. The socket's descriptor is readable until somebody asks."""
    return bool(int(socket.get(_EVENTS)) & _POLLIN)


def _cut(message: Any) -> Any:
    """The message with at most MAX_CUT_ITEMS items, and as much of its texts as fits."""
    data = message.get("data")
    if isinstance(data, dict) and "text/plain" in data:
        message = {**message, "data": {"text/plain": data["text/plain"]}}
    lengths: list[int] = []

    def measure(text: str) -> str:
        lengths.append(len(text))
        return text

    message = _map_texts(message, measure, [MAX_CUT_ITEMS])
    long = sum(length > SHORT_TEXT for length in lengths)
    share = (MAX_CUT_TEXT - sum(length for length in lengths if length <= SHORT_TEXT)) // max(1, long)
    return _map_texts(message, lambda text: text[: max(SHORT_TEXT, share)], [MAX_CUT_ITEMS])


def _map_texts(value: Any, change: Callable[[str], str], left: list[int]) -> Any:
    """The value with each text changed, and no more than `left` items."""
    left[0] -= 1
    if isinstance(value, str):
        return change(value)
    if isinstance(value, bytes):
        return b""
    if isinstance(value, dict):
        return {change(str(key)): _map_texts(item, change, left) for key, item in value.items() if left[0] > 0}
    if isinstance(value, list | tuple):
        return [_map_texts(item, change, left) for item in value if left[0] > 0]
    return value


class Channel(ZMQSocketChannel):  # type: ignore[misc]
    """jupyter_client's channel for asyncio.

    It waits for its socket's descriptor instead of polling in a future. It never waits to send: if the kernel takes no
    more messages, zmq.Again is raised, and the connection is lost.
    """

    _loop: asyncio.AbstractEventLoop | None = None
    _hear: Callable[[dict[str, Any]], None] | None = None
    _came_at_once = False

    def __init__(self, socket: zmq.Socket[bytes], session: Session, loop: object = None) -> None:
        super().__init__(socket, session, loop)
        socket.sndtimeo = 0
        self._waiting: list[asyncio.Future[None]] = []

    def listen(self, hear: Callable[[dict[str, Any]], None], fail: Callable[[Exception], None]) -> None:
        """From here on give each message to `hear`, and to `fail` why one can't be read or heard."""
        self._hear, self._fail = hear, fail
        self._watch()
        self._listen_once()

    def stop_listening(self) -> None:
        """From here on messages wait for `get_msg`."""
        self._hear = None

    def _listen_once(self) -> None:
        if self._hear is None or self._loop is None:
            return
        try:
            if (frames := receive_frames(self.socket)) is None:
                return
            self._hear(self._read(frames))
        except Exception as error:
            self._fail(error)
        self._loop.call_soon(self._listen_once)  # after others, even if there is always a message

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message. Raise Empty after `timeout` seconds, even if messages keep coming."""
        if self._came_at_once:
            await asyncio.sleep(0)  # lets other tasks run, even if there is always a message
        if timeout is not None and timeout <= 0:
            raise Empty
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        self._came_at_once = True
        while True:
            if (frames := receive_frames(self.socket)) is not None:
                return self._read(frames)
            self._came_at_once = False
            await self._readable(None if deadline is None else deadline - loop.time())

    def _read(self, frames: list[bytes]) -> dict[str, Any]:
        return dict(self.session.deserialize(self.session.feed_identities(frames)[1]))

    async def _readable(self, timeout_s: float | None) -> None:
        """Wait until something has happened to the socket; several may wait. Raise Empty."""
        if timeout_s is not None and timeout_s <= 0:
            raise Empty
        self._watch()
        loop = asyncio.get_running_loop()
        waiting = loop.create_future()
        self._waiting.append(waiting)
        timer = None if timeout_s is None else loop.call_later(timeout_s, _resolve, waiting)
        try:
            await waiting
        finally:
            if timer is not None:
                timer.cancel()

    def _watch(self) -> None:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self.socket.FD, self._wake)

    def _wake(self) -> None:
        if self._hear is not None:
            self._listen_once()
        elif not self._waiting and has_message(self.socket):
            self._stop_watching()
        for waiting in self._waiting:
            _resolve(waiting)
        self._waiting.clear()

    def _stop_watching(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self.socket.FD)
            self._loop = None

    def close(self) -> None:
        self.stop_listening()
        if self._loop is not None and not self._loop.is_closed():
            self._stop_watching()
        for waiting in self._waiting:
            waiting.cancel()
        super().close()

    stop = close


def _resolve(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
