"""Functions of the grader's side, for the participant's code to call: each call is a question to the grader."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from grader.kernel.protocol.channel import Channel
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.messages import Ask
from grader.kernel.protocol.values import Value

Question = Callable[[list[Value], list[tuple[str, Value]]], Ask]


def asking(channel: Channel, name: str, question: Question) -> Callable[..., Any]:
    """A function of this name that asks `question` of its arguments. Data goes there and back."""

    def ask(*args: Any, **kwargs: Any) -> Any:
        pairs = [(key, encode(value)) for key, value in kwargs.items()] if kwargs else []
        channel.send(question(list(map(encode, args)), pairs))
        answer = channel.receive()
        if answer.error:
            error = vars(builtins).get(answer.type)
            raise (error if isinstance(error, type) and issubclass(error, Exception) else TypeError)(answer.error)
        return decode(answer.value)

    ask.__name__ = name
    return ask
