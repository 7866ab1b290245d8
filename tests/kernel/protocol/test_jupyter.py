"""Jupyter's messages arrive as they were sent; what is too large for the other end is cut, and is still a message."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from grader.kernel.protocol.jupyter import MAX_PART_BYTES, BoundedSession, QuickSession, _cut


def carry(session: QuickSession, content: dict[str, Any]) -> dict[str, Any]:
    frames = session.serialize(session.msg("stream", content))
    return QuickSession().deserialize(session.feed_identities(frames)[1])


@pytest.mark.parametrize("session", [QuickSession, BoundedSession])
def test_content_arrives_as_it_was(session: type[QuickSession]) -> None:
    content = {"name": "stdout", "text": "zażółć \N{SNAKE}", "data": {"a": [1, 2.5, None, True]}}
    arrived = carry(session(), content)
    assert (arrived["msg_type"], arrived["content"]) == ("stream", content)
    assert isinstance(arrived["header"]["date"], str)


def test_what_only_jupyter_can_pack_is_packed() -> None:
    when = datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc)
    assert carry(QuickSession(), {"when": when, "bytes": b"a"})["content"]["when"].startswith("2020-01-02")


LARGE = "ż" * (12 << 20)


@pytest.mark.parametrize(
    "content",
    [
        {"name": "stderr", "text": LARGE},
        {"ename": "E" * (12 << 20), "evalue": LARGE, "traceback": [LARGE, "last"]},
        {"data": {"text/plain": "short", "text/html": LARGE}, "metadata": {"k": LARGE}},
        {"data": {"application/json": range(10**6)}},
        {"data": {LARGE: "a"}},
        {"nested": [[[[LARGE] * 3] * 3] * 3]},
    ],
    ids=lambda content: " ".join(content),
)
def test_what_is_too_large_is_cut(content: dict[str, Any]) -> None:
    if isinstance(keys := content.get("data", {}).get("application/json"), range):  # made here: every worker collects
        content = {"data": {"application/json": {str(key): key for key in keys}}}
    session = BoundedSession()
    frames = session.serialize(session.msg("x", content))
    assert max(map(len, frames)) <= MAX_PART_BYTES
    arrived = QuickSession().deserialize(session.feed_identities(frames)[1])["content"]
    assert set(arrived) == set(content)


def test_short_texts_stay_whole_beside_long_ones() -> None:
    cut = _cut({"ename": "ValueError", "evalue": LARGE, "traceback": ["Traceback", LARGE]})
    assert (cut["ename"], cut["traceback"][0]) == ("ValueError", "Traceback")
    assert len(cut["evalue"]) == len(cut["traceback"][1]) > 100_000


def test_a_message_of_too_few_frames_is_refused() -> None:
    with pytest.raises(TypeError, match="3 frames"):
        QuickSession().deserialize([b"", b"{}", b"{}"])
