"""Whatever a participant's process writes to the grader, or does not read, the grader neither waits nor keeps it all."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterator

import msgspec
import pytest

from grader.kernel.cell_channel import CellChannel
from grader.kernel.protocol.cell_messages import Execute, Reply, Serve, Settled, Shown, Text
from grader.kernel.protocol.channel import Closed, packed
from grader.kernel.protocol.values import WireError


class Ends:
    """A channel of the grader's that listens, in its loop, and the socket at the other end.

    Attributes:
        heard: the messages.
        lost: how the connection was lost.
    """

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        ours, self.theirs = socket.socketpair()
        self.channel = CellChannel(ours, self.loop)
        self.heard: list[Reply] = []
        self.lost: list[Exception] = []
        self.channel.listen(self.heard.append, self.lost.append)

    def run(self, until: Callable[[], object], within_s: float = 10.0) -> None:
        """Run the loop until that is true, or so long."""

        async def wait() -> None:
            deadline = time.monotonic() + within_s
            while not until() and time.monotonic() < deadline:
                await asyncio.sleep(0.001)

        self.loop.run_until_complete(wait())


@pytest.fixture
def ends() -> Iterator[Ends]:
    made = Ends()
    yield made
    made.channel.close()
    made.channel.close()
    made.loop.close()
    made.theirs.close()


def frame(body: bytes) -> bytes:
    return struct.pack(">Q", len(body)) + body


def test_messages_are_heard_in_their_order_however_they_are_cut(ends: Ends) -> None:
    said = [Shown("1", Text("zażółć")), Settled("2"), Settled("3")]
    whole = b"".join(map(packed, said))
    for at in range(len(whole)):
        ends.theirs.send(whole[at : at + 1])
        ends.run(lambda: False, 0)
    ends.run(lambda: len(ends.heard) == 3)
    ends.theirs.send(whole)
    ends.run(lambda: len(ends.heard) == 6)
    assert ends.heard == said * 2
    assert ends.lost == []


GARBAGE = {
    "a length of 2^63": struct.pack(">Q", 1 << 63),
    "no JSON": frame(b"{"),
    "no UTF-8": frame(b'["settled","\xff"]'),
    "a lone surrogate": frame(b'["settled","\\ud800"]'),
    "no message": frame(b'["message","1"]'),
    "a request": packed(Serve()),
    "another type": frame(b'["settled",1]'),
    "too deep": frame(b"[" * (1 << 20)),
    "nothing": frame(b""),
}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_what_is_no_message_ends_the_connection(garbage: str, ends: Ends) -> None:
    ends.theirs.sendall(packed(Settled("before")))
    threading.Thread(target=ends.theirs.sendall, args=(GARBAGE[garbage],), daemon=True).start()
    ends.run(lambda: ends.lost)
    assert [type(error) for error in ends.lost] == [WireError]
    assert ends.heard == [Settled("before")]
    ends.theirs.sendall(packed(Settled("after")))
    ends.run(lambda: False, 0.02)
    assert ends.heard == [Settled("before")]


@pytest.mark.parametrize("before", [b"", packed(Settled("1"))[:-1]], ids=["between messages", "in a message"])
def test_who_hangs_up_is_lost_and_is_so_for_whoever_listens_later(before: bytes, ends: Ends) -> None:
    ends.theirs.sendall(before)
    ends.theirs.shutdown(socket.SHUT_WR)
    ends.run(lambda: ends.lost)
    later: list[Exception] = []
    ends.channel.listen(ends.heard.append, later.append)
    assert [type(error) for error in (*ends.lost, *later)] == [Closed, Closed]
    ends.theirs.close()
    with pytest.raises(Closed):
        ends.channel.send(Serve())


def keep_on(send: Callable[[], object]) -> threading.Event:
    """Have a thread send without end. Returns what ends it."""
    end = threading.Event()

    def go() -> None:
        try:
            while not end.is_set():
                send()
        except OSError:
            pass

    threading.Thread(target=go, daemon=True).start()
    return end


@pytest.mark.parametrize("message", [packed(Settled("x")) * 500, packed(Shown("", Text("x" * 100_000)))], ids=len)
def test_others_have_their_turn_while_messages_come_without_end(message: bytes, ends: Ends) -> None:
    end = keep_on(lambda: ends.theirs.sendall(message))
    ends.channel.listen(lambda message: None, ends.lost.append)
    turns: list[float] = []

    async def others() -> None:
        for _ in range(20):
            await asyncio.sleep(0.001)
            turns.append(time.thread_time())

    began = time.thread_time()
    ends.loop.run_until_complete(asyncio.wait_for(others(), 20))
    end.set()
    assert max(b - a for a, b in zip([began, *turns], turns, strict=False)) < 1


def test_a_message_without_end_is_kept_no_further_than_its_limit(ends: Ends) -> None:
    ends.theirs.sendall(struct.pack(">Q", 30 << 20))
    end = keep_on(lambda: ends.theirs.sendall(b"[" * (1 << 16)))
    ends.run(lambda: ends.lost)
    end.set()
    assert [type(error) for error in ends.lost] == [WireError]


def receive(sock: socket.socket, count: int) -> bytes:
    sock.settimeout(10)
    got = b""
    while len(got) < count:
        got += sock.recv(count - len(got))
    return got


def beside(loop: asyncio.AbstractEventLoop, work: Callable[[], bytes]) -> bytes:
    """What the work gives, while the loop runs."""
    result: Awaitable[bytes] = loop.run_in_executor(None, work)
    return loop.run_until_complete(asyncio.wait_for(result, 20))  # type: ignore[arg-type]


def test_a_large_request_is_sent_as_it_is_read(ends: Ends) -> None:
    large, small = Execute("1", 0, "y" * 5_000_000), Serve()
    began = time.thread_time()
    ends.channel.send(large)
    assert time.thread_time() - began < 1
    whole = packed(large)
    assert beside(ends.loop, lambda: receive(ends.theirs, len(whole))) == whole
    ends.run(lambda: False, 0.01)
    ends.channel.send(small)
    assert receive(ends.theirs, len(packed(small))) == packed(small)


def test_nothing_is_kept_for_who_does_not_read(ends: Ends) -> None:
    ends.channel.send(Execute("1", 0, "y" * 5_000_000))
    with pytest.raises(Closed):
        ends.channel.send(Serve())
    ends.theirs.close()
    ends.run(lambda: ends.lost)
    assert {type(error) for error in ends.lost} == {Closed}


def test_who_hears_in_vain_loses_the_connection_and_nothing_is_hidden(ends: Ends) -> None:
    def fails(message: Reply) -> None:
        raise MemoryError

    ends.channel.listen(fails, ends.lost.append)
    ends.theirs.sendall(packed(Settled("1")))
    ends.run(lambda: ends.lost)
    assert [type(error) for error in ends.lost] == [MemoryError]


def test_messages_are_plain_lists_in_json() -> None:
    assert msgspec.json.decode(packed(Execute("1", 2, "ż"))[8:]) == ["execute", "1", 2, "ż"]
