"""What a cell shows goes along with its reply; too much of it is sent at once, in order; nobody reads the rest."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from grader.kernel.inside.outputs import SENT_AT_ONCE_BYTES, KernelSession

CELL = {"msg_id": "cell", "msg_type": "execute_request"}


class Stream:
    """Takes what is sent: the kind of each message, and its content."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    def send_multipart(self, frames: list[bytes], *args: object, **kwargs: object) -> None:
        header, content = msgspec.json.decode(frames[-4]), msgspec.json.decode(frames[-1])
        self.sent.append((header["msg_type"], content))


@pytest.fixture
def session() -> KernelSession:
    made = KernelSession()
    made.outputs.begin("cell")
    return made


def kept(session: KernelSession) -> list[tuple[str, Any]]:
    return [(kind, msgspec.json.decode(bytes(content))) for kind, content in session.outputs.take()]


def printed(text: str) -> dict[str, str]:
    return {"name": "stdout", "text": text}


def test_outputs_of_both_forms_are_kept_in_their_order(session: KernelSession) -> None:
    stream = Stream()
    session.send(stream, "stream", printed("zażółć"), parent=CELL)
    session.send(stream, session.msg("display_data", {"data": {"text/plain": "1"}}, parent=CELL), ident=b"x")
    session.send(stream, "stream", printed("b"), {"header": CELL})
    assert stream.sent == []
    assert kept(session) == [
        ("stream", printed("zażółć")),
        ("display_data", {"data": {"text/plain": "1"}}),
        ("stream", printed("b")),
    ]


def test_what_is_changed_later_was_shown_as_it_was(session: KernelSession) -> None:
    content = {"data": {"text/plain": "before"}}
    session.send(Stream(), "display_data", content, CELL)
    content["data"]["text/plain"] = "after"
    assert kept(session) == [("display_data", {"data": {"text/plain": "before"}})]


def test_of_many_forms_only_the_text_is_sent(session: KernelSession) -> None:
    many = {"data": {"text/plain": "t", "text/html": "<b>", "image/png": "x" * 10**6}, "metadata": {"a": 1}}
    session.send(Stream(), "execute_result", many, CELL)
    session.send(Stream(), "display_data", {"data": {"text/html": "<b>"}}, CELL)
    assert [content["data"] for _, content in kept(session)] == [{"text/plain": "t"}, {"text/plain": ""}]


def test_too_much_is_sent_at_once_and_in_order(session: KernelSession) -> None:
    stream, half = Stream(), "x" * (SENT_AT_ONCE_BYTES // 2)
    for text in ("first", half, half + half):
        session.send(stream, "stream", printed(text), CELL)
    assert [content["text"] for _, content in stream.sent] == ["first", half, half + half]
    assert kept(session) == []


def test_nobody_is_sent_what_belongs_to_no_running_cell(session: KernelSession) -> None:
    stream = Stream()
    for parent in (None, {}, {"msg_id": "another"}):
        session.send(stream, "stream", printed("a"), parent)
    session.outputs.begin(None)
    for parent in (None, {}, CELL, {"msg_id": None}):
        session.send(stream, "stream", printed("a"), parent)
    for kind in ("comm_open", "comm_msg", "clear_output"):
        session.send(stream, kind, {}, CELL)
    assert stream.sent == []
    assert kept(session) == []


def test_everything_else_is_sent(session: KernelSession) -> None:
    stream = Stream()
    session.send(stream, "status", {"execution_state": "idle"}, CELL)
    session.send(stream, "kernel_info_reply", {"status": "ok"}, CELL)
    assert [kind for kind, _ in stream.sent] == ["status", "kernel_info_reply"]
