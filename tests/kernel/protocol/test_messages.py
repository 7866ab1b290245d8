"""A message that is not exactly what the schema says is refused."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from grader.kernel.protocol.messages import MAX_LOST, MAX_SOURCE, MAX_TOUCHED, MAX_VERSIONS, Fork, Reply, Request

VERSION = {
    "t": "version",
    "id": "0.0..f",
    "name": "f",
    "cell": 0,
    "owner": "",
    "parameters": None,
    "source": "",
    "rebound": False,
}
DESCRIBED = {
    "t": "described",
    "versions": [VERSION],
    "standins": [],
    "ignored": [],
    "old_names": [],
    "python": [3, 11],
    "lost": [],
    "names": [["x", [0]]],
}
RAISED = {
    "t": "raised",
    "type": "E",
    "text": "",
    "cell": -1,
    "line": 0,
    "code": "",
    "id": 0,
    "lineage": [],
    "callers": [],
}
OUTCOME = {
    "t": "outcome",
    "number": 1,
    "result": RAISED,
    "printed": "",
    "cut": False,
    "converted": False,
    "standins": [],
    "changed": [],
}


def sent(message: Any) -> Any:
    """A message as it is sent: the values alone, in their order."""
    if isinstance(message, dict):
        return [sent(value) for value in message.values()]
    return [sent(value) for value in message] if isinstance(message, list) else message


def read(message: dict[str, Any], kind: Any = Reply) -> Any:
    return msgspec.json.decode(msgspec.json.encode(sent(message)), type=kind)


@pytest.mark.parametrize("message", [DESCRIBED, OUTCOME], ids=lambda message: message["t"])
def test_these_are_right(message: dict[str, Any]) -> None:
    assert msgspec.json.decode(msgspec.json.encode(read(message))) == sent(message)


@pytest.mark.parametrize(
    ("message", "change"),
    [
        (DESCRIBED, {"more": 1}),
        (DESCRIBED, {"versions": [VERSION] * (MAX_VERSIONS + 1)}),
        (DESCRIBED, {"versions": [{**VERSION, "cell": -2}]}),
        (DESCRIBED, {"versions": [{**VERSION, "name": "n" * 201}]}),
        (DESCRIBED, {"versions": [{**VERSION, "source": "s" * (MAX_SOURCE + 1)}]}),
        (DESCRIBED, {"versions": [{**VERSION, "parameters": [{"t": "parameter", "name": "x"}]}]}),
        (DESCRIBED, {"ignored": [["!ls"]]}),
        (DESCRIBED, {"python": (3, "11")}),
        (DESCRIBED, {"python": (3, 11, 7)}),
        (DESCRIBED, {"lost": [[0, "n" * 201]]}),
        (DESCRIBED, {"lost": [[0, "n"]] * (MAX_LOST + 1)}),
        (OUTCOME, {"standins": ["n"] * (MAX_TOUCHED + 1)}),
        (OUTCOME, {"number": "1"}),
        (OUTCOME, {"number": True}),
        (OUTCOME, {"result": {"t": "no such kind"}}),
        (OUTCOME, {"result": {**RAISED, "cell": 1.5}}),
        (OUTCOME, {"printed": "x" * ((1 << 18) + 1)}),
        (OUTCOME, {"t": "calls"}),
    ],
)
def test_what_differs_is_refused(message: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(msgspec.DecodeError):
        read({**message, **change})


def test_no_side_accepts_the_messages_of_the_other() -> None:
    for message, kind in ((DESCRIBED, Request), (OUTCOME, Fork), ({"t": "describe"}, Reply)):
        with pytest.raises(msgspec.DecodeError):
            read(message, kind)


def test_a_message_whose_tags_come_last_is_refused_at_once() -> None:
    depth = 300
    text = b"[" + b"1," * (4 << 20) + b"1]"
    item = b'{"items":[' * depth + text + b'],"kind":"list","t":"items"}' * depth
    body = b'{"number":1,"result":' + item + b',"printed":"","cut":false,"t":"outcome"}'
    started = time.process_time()
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(body, type=Reply)
    assert time.process_time() - started < 0.5
