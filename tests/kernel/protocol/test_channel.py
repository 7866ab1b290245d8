"""Only data crosses the wall, and nothing that is sent can break, stall or fool the receiver."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import struct
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.kernel.protocol import messages, values
from grader.kernel.protocol.channel import Channel
from grader.kernel.protocol.decode import decode


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_random_bytes_are_a_wire_error_or_a_message(body: bytes) -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(struct.pack(">Q", len(body)) + body)
        with contextlib.suppress(values.WireError):
            Channel(right, messages.Reply).receive(1.0)


@settings(max_examples=200)
@given(
    st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda s: st.lists(s) | st.dictionaries(st.text(), s))
)
def test_random_json_is_a_wire_error_or_a_message(tree: object) -> None:
    left, right = socket.socketpair()
    with left, right:
        body = json.dumps(["outcome", 1, tree, "", False]).encode()
        left.sendall(struct.pack(">Q", len(body)) + body)
        with pytest.raises(values.WireError):
            Channel(right, messages.Reply).receive(1.0)


def test_a_huge_frame_is_refused_before_it_is_read() -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(struct.pack(">Q", 1 << 62))
        with pytest.raises(values.WireError):
            Channel(right, messages.Reply).receive(1.0)


@pytest.mark.parametrize("timeout_s", [0, 0.05])
def test_a_frame_a_byte_at_a_time_stalls_nobody(timeout_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is always one byte more to read, and the frame is long."""

    class Drip(socket.socket):
        def recv(self, *_: int) -> bytes:
            return b"\0\0\0\0\1\0\0\0"[: next(reads)]

    reads = itertools.chain([8], itertools.repeat(1, 5_000_000))
    with Drip() as drip:
        channel = Channel(drip, messages.Reply)
        monkeypatch.setitem(vars(channel), "_poll", lambda milliseconds: True)
        with pytest.raises(TimeoutError):
            channel.receive(timeout_s)
    assert next(reads)


def test_half_a_frame_stalls_nobody() -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(struct.pack(">Q", 100) + b"half")
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            Channel(right, messages.Reply).receive(0.2)
        assert time.monotonic() - started < 10


def test_a_trickle_of_bytes_does_not_push_the_deadline_on() -> None:
    left, right = socket.socketpair()
    stop = threading.Event()

    def trickle() -> None:
        left.sendall(struct.pack(">Q", 1000))
        while not stop.wait(0.02):
            left.sendall(b" ")

    feeder = threading.Thread(target=trickle)
    with left, right:
        feeder.start()
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            Channel(right, messages.Reply).receive(0.2)
        assert time.monotonic() - started < 10
        stop.set()
        feeder.join()


def test_a_reader_that_does_not_read_stalls_nobody() -> None:
    left, right = socket.socketpair()
    with left, right, pytest.raises(TimeoutError):
        Channel(left, messages.Reply).send(values.Text("x" * 10_000_000), 0.2)


def test_what_is_more_than_the_socket_holds_arrives_whole() -> None:
    left, right = socket.socketpair()
    sent = messages.Outcome(1, values.Text("zażółć " * 100_000), "", False)
    with left, right:
        sender = threading.Thread(target=Channel(left, messages.Reply).send, args=(sent, 20.0))
        sender.start()
        assert Channel(right, messages.Reply).receive(20.0) == sent
        sender.join()


def test_what_came_with_a_message_is_there_at_once() -> None:
    left, right = socket.socketpair()
    sent = [messages.Outcome(number, values.Nothing(), "", False) for number in range(3)]
    with left, right:
        sender, receiver = Channel(left, messages.Reply), Channel(right, messages.Reply)
        for message in sent:
            sender.send(message, 5.0)
        assert receiver.at_once() is None, "nothing has been read"
        assert [receiver.receive(5.0), receiver.at_once(), receiver.at_once(), receiver.at_once()] == [*sent, None]


@pytest.mark.parametrize(
    ("sizes", "fitting"),
    [([10] * 5, 5), ([10, 500_000, 10], 1), ([500_000], 0), ([8_000] * 40, None), ([], 0)],
    ids=str,
)
def test_to_somebody_who_reads_nothing_no_more_is_sent_ahead_than_the_socket_holds(
    sizes: list[int], fitting: int | None
) -> None:
    left, right = socket.socketpair()
    sent = [messages.Outcome(number, values.Text("ż" * size), "", False) for number, size in enumerate(sizes)]
    with left, right:
        count = Channel(left, messages.Reply).send_ahead(sent, 0.01)  # it would raise TimeoutError
        assert count == fitting or (fitting is None and 0 < count < len(sizes))
        receiver = Channel(right, messages.Reply)
        assert [receiver.receive(5.0) for _ in range(count)] == sent[:count]
        with pytest.raises(TimeoutError):
            receiver.receive(0)


def test_what_has_been_taken_is_not_kept() -> None:
    left, right = socket.socketpair()
    large = messages.Outcome(1, values.Text("ż" * 500_000), "", False)
    with left, right:
        sender = threading.Thread(target=lambda: [Channel(left, messages.Reply).send(large, 20.0) for _ in range(3)])
        receiver = Channel(right, messages.Reply)
        sender.start()
        assert [receiver.receive(20.0) for _ in range(3)] == [large] * 3
        sender.join()
        assert len(receiver._received) == 0


@pytest.mark.parametrize("depth", [20, 3000, 100_000])
def test_deep_nesting_is_a_wire_error(depth: int) -> None:
    left, right = socket.socketpair()
    item = '["items","list",[' * depth + "]]" * depth
    body = ('["outcome",1,' + item + ',"",false]').encode()
    with left, right:
        sender = threading.Thread(target=left.sendall, args=(struct.pack(">Q", len(body)) + body,))
        sender.start()
        with pytest.raises(values.WireError):  # noqa: PT012
            outcome = Channel(right, messages.Reply).receive(20.0)
            decode(outcome.result)  # how deep it may be before this depends on the Python
        sender.join()
