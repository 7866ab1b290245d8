"""Functions of the grader's side, for the participant's code to call: each call is a question to the grader."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import msgspec

from grader.kernel.protocol.channel import Channel
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.messages import Ask
from grader.kernel.protocol.values import Value

Question = Callable[[list[Value], list[tuple[str, Value]]], Ask]
MAX_REMEMBERED = 8  # questions
MAX_REMEMBERED_BYTES = 1 << 16  # of each


def asking(channel: Channel, name: str, question: Question, remembers: bool = False) -> Callable[..., Any]:
    """A function of this name that asks `question` of its arguments. Data goes there and back. `remembers`: whether the
    same question has the same answer, so that it is not asked again soon."""
    known: dict[bytes, Value] = {}

    def ask(*args: Any, **kwargs: Any) -> Any:
        asked = question(list(map(encode, args)), [(key, encode(value)) for key, value in kwargs.items()])
        key = msgspec.json.encode(asked) if remembers else b""
        if key in known:
            return decode(known[key])
        channel.send(asked)
        answer = channel.receive()
        if answer.error:
            error = vars(builtins).get(answer.type)
            raise (error if isinstance(error, type) and issubclass(error, Exception) else TypeError)(answer.error)
        if remembers and len(key) <= MAX_REMEMBERED_BYTES:
            if len(known) >= MAX_REMEMBERED:
                known.clear()
            known[key] = answer.value
        return decode(answer.value)

    ask.__name__ = name
    return ask
