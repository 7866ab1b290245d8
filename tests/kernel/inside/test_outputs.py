"""What a cell shows goes along with its reply; too much of it is sent at once, in order; nobody reads the rest."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from grader.kernel.inside.connection import Connection
from grader.kernel.inside.outputs import MAX_NAME, MAX_TEXT, MAX_TRACE, SENT_AT_ONCE, KernelSession, failure
from grader.kernel.protocol.cell_messages import Failure, Output, Ran, Reply, Shown, Text
from grader.kernel.protocol.channel import Channel, packed
from grader.kernel.protocol.values import MAX_FRAME_BYTES

CELL = {"msg_id": "cell", "msg_type": "execute_request"}
LARGE = "ż" * (12 << 20)


class Sent:
    """The grader's end of a session's connection."""

    def __init__(self, sock: socket.socket) -> None:
        self._channel = Channel(sock, Reply)

    def __call__(self) -> list[Output]:
        """What has been sent of the cell so far."""
        sent = []
        try:
            while True:
                shown = self._channel.at_once() or self._channel.receive(0)
                assert isinstance(shown, Shown)
                assert shown.request == "cell"
                sent.append(shown.output)
        except TimeoutError:
            return sent


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def sent(ends: tuple[socket.socket, socket.socket]) -> Sent:
    return Sent(ends[0])


@pytest.fixture
def session(ends: tuple[socket.socket, socket.socket]) -> KernelSession:
    made = KernelSession()
    made.connection = Connection(ends[1])
    made.outputs.begin("cell")
    return made


def printed(text: str) -> dict[str, str]:
    return {"name": "stdout", "text": text}


def test_outputs_of_both_forms_are_kept_in_their_order(session: KernelSession, sent: Sent) -> None:
    session.send(None, "stream", printed("zażółć"), parent=CELL)
    session.send(None, session.msg("display_data", {"data": {"text/plain": "1"}}, parent=CELL), ident=b"x")
    session.send(None, "error", {"ename": "E", "evalue": "v", "traceback": ["a", "b"]}, {"header": CELL})
    assert sent() == []
    assert session.outputs.take() == [Text("zażółć"), Text("1"), Failure("E", "v", "a\nb")]


def test_what_is_changed_later_was_shown_as_it_was(session: KernelSession) -> None:
    content = {"data": {"text/plain": "before"}}
    session.send(None, "display_data", content, CELL)
    content["data"]["text/plain"] = "after"
    assert session.outputs.take() == [Text("before")]


def test_of_many_forms_only_the_text_is_sent(session: KernelSession) -> None:
    many = {"data": {"text/plain": "t", "text/html": "<b>", "image/png": "x" * 10**6}, "metadata": {"a": 1}}
    session.send(None, "execute_result", many, CELL)
    session.send(None, "display_data", {"data": {"text/html": "<b>"}}, CELL)
    assert session.outputs.take() == [Text("t"), Text("")]


def test_too_much_is_sent_at_once_and_in_order(session: KernelSession, sent: Sent) -> None:
    half = "x" * (SENT_AT_ONCE // 2)
    for text in ("first", half, half, "last"):
        session.send(None, "stream", printed(text), CELL)
    assert sent() == [Text("first"), Text(half), Text(half), Text("last")]
    assert session.outputs.are_too_much
    assert session.outputs.take() == []


def test_nobody_is_sent_what_belongs_to_no_running_cell(session: KernelSession, sent: Sent) -> None:
    long = printed("a" * (SENT_AT_ONCE + 1))
    for parent in (None, {}, {"msg_id": "another"}):
        session.send(None, "stream", long, parent)
    session.outputs.begin("")
    for parent in (None, {}, CELL, {"msg_id": None}, {"msg_id": ""}):
        session.send(None, "stream", long, parent)
    assert session.outputs.take() == sent() == []


@pytest.mark.parametrize(
    "kind", ["comm_open", "comm_msg", "clear_output", "status", "kernel_info_reply", "execute_reply"]
)
def test_nothing_else_of_jupyters_is_sent(kind: str, session: KernelSession, sent: Sent) -> None:
    session.send(None, kind, {"status": "ok", "text": "x" * (SENT_AT_ONCE + 1)}, CELL)
    assert session.outputs.take() == sent() == []


class Loud(str):
    """A participant's own text, whose methods are not asked."""

    __slots__ = ()

    def __getitem__(self, key: object) -> str:
        raise KeyError(key)

    def __str__(self) -> str:
        raise ValueError

    encode = __len__ = __getitem__  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (printed("\ud800 a"), "? a"),
        (printed(Loud("own")), "own"),
        ({"data": {"text/plain": Loud("own")}}, "own"),
        ({"data": {"text/plain": 5}}, ""),
        ({"data": [1]}, ""),
        ({}, ""),
    ],
    ids=repr,
)
def test_whatever_is_shown_is_text_that_can_be_sent(
    content: dict[str, Any], wanted: str, session: KernelSession
) -> None:
    session.send(None, "display_data", content, CELL)
    assert session.outputs.take() == [Text(wanted)]


@pytest.mark.parametrize(
    ("trace", "wanted"), [(None, ""), ("text", ""), ([], ""), (["a", 1, "\udc80"], "a\n\n?"), ((), "")], ids=repr
)
def test_whatever_an_error_holds_is_text_that_can_be_sent(trace: object, wanted: str) -> None:
    assert failure({"ename": Loud("E"), "traceback": trace}) == Failure("E", "", wanted)


def test_what_is_too_large_is_cut_and_fits_with_all_that_goes_along_with_it(session: KernelSession) -> None:
    long = "\x01" * (12 << 20)  # six bytes each in JSON
    failed = failure({"ename": LARGE, "evalue": LARGE, "traceback": [*[LARGE] * 3, *["x" * 1000] * 20_000]})
    assert (len(failed.name), len(failed.text)) == (MAX_NAME, MAX_NAME)
    assert len(failed.trace) == MAX_TRACE
    session.send(None, "stream", printed("x" * SENT_AT_ONCE), CELL)
    assert len(packed(Ran("cell", session.outputs.take(), failed))) < MAX_FRAME_BYTES
    text = Text(long[:MAX_TEXT])
    assert len(packed(Shown("cell", text))) < MAX_FRAME_BYTES


def test_short_lines_of_a_traceback_stay_whole_before_a_long_one() -> None:
    assert failure({"traceback": ["Traceback", LARGE]}).trace == f"Traceback\n{'ż' * (MAX_TRACE - 10)}"
