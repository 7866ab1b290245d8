"""Encodes what a test sends to the kernel, and refuses what can't cross: that is the author's error, found at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.kernel.protocol import messages
from grader.kernel.protocol.decode import decode
from grader.kernel.protocol.encode import encode
from grader.kernel.protocol.values import (
    Array,
    Asked,
    Column,
    Fields,
    Frame,
    Items,
    Labels,
    Nothing,
    Opaque,
    Pairs,
    Scalar,
    Series,
    Text,
    Value,
    WireError,
    clean,
)

StandInAnswer = Callable[[str, Sequence[object], Mapping[str, object]], object]
"""Gives the result of a function that the grader stands in for, from its name and arguments. May raise CannotAnswer."""


class CannotAnswer(Exception):
    """A function that the grader stands in for has no result for these arguments; the text says why."""


class Unsendable(BaseException):
    """A test sends what can't cross to the kernel; the text says what, and what can be sent instead.

    It is no Exception: a test that expects one of the notebook's must not take this for it.
    """


class Sending:
    """What one message sends: its values, and the functions of the test among them, which the kernel may ask.

    Attributes:
        functions: by the numbers under which they were sent.
        broken: what a function raised that ends the check, whatever the participant's code makes of it.
    """

    def __init__(self) -> None:
        self.functions: dict[int, Callable[..., Any]] = {}
        self.broken: BaseException | None = None

    def value(self, value: object) -> Value:
        """The form of a value. Raise Unsendable."""
        encoded = encode(value, self._keep)
        kind = type(encoded)
        if kind in _WHOLE or (kind is Array and not encoded.subclass):  # type: ignore[union-attr]
            return encoded
        if isinstance(value, np.ndarray) and value.dtype == object:
            raise Unsendable("an array of objects can't be sent to a notebook's function: send a list, or give a dtype")
        unsent = next(_unsent(encoded), None)
        if unsent is not None:
            raise Unsendable(f"{_name(unsent)} can't be sent to a notebook's function: send data, or make it there")
        return encoded

    def case(self, args: Sequence[object], kwargs: Mapping[str, object]) -> messages.Case:
        values = list(map(self.value, args))
        return messages.Case(values, [(name, self.value(value)) for name, value in kwargs.items()] if kwargs else [])

    def _keep(self, value: object) -> Value | None:
        if not callable(value):
            return None
        number = next((id_ for id_, known in self.functions.items() if known is value), None)
        if number is None:
            number = len(self.functions) + 1
            self.functions[number] = value
        return Asked(number, clean(str(getattr(value, "__name__", "function")))[:100])

    def answer(self, ask: messages.Ask, others: StandInAnswer | None) -> messages.Answer:
        """What one of the test's functions gives, or one that the grader stands in for."""
        try:
            args = list(map(decode, ask.args))
            kwargs = {name: decode(value) for name, value in ask.kwargs} if ask.kwargs else {}
            if ask.id:
                return self._asked(ask.id, args, kwargs)
            if others is None:
                raise CannotAnswer("no such function")
            return messages.Answer(encode(others(ask.name, args, kwargs)), "")
        except CannotAnswer as error:
            return messages.Answer(Nothing(), str(error))
        except (WireError, RecursionError, MemoryError):
            return messages.Answer(Nothing(), f"{ask.name or 'the function'} got arguments that make no sense")

    def _asked(self, number: int, args: list[Any], kwargs: dict[str, Any]) -> messages.Answer:
        function = self.functions.get(number)
        if function is None:
            raise CannotAnswer("no such function")
        if any(isinstance(value, Opaque) for value in (*args, *kwargs.values())):
            raise CannotAnswer("the function of the test takes only data, and was given an object")
        try:
            return messages.Answer(self.value(function(*args, **kwargs)), "")
        except BaseException as error:
            if not isinstance(error, Exception) or isinstance(error, AssertionError):
                self.broken = error
            return messages.Answer(Nothing(), str(error) or type(error).__name__, type(error).__name__[:200])


_WHOLE = frozenset({Nothing, Scalar, Text})
"""Kinds in which nothing is only named."""


def _unsent(value: Value) -> Iterator[Opaque | Array]:
    """What in it is only named, or arrives as another type than it is."""
    if (isinstance(value, Opaque) and not value.id) or (isinstance(value, Array) and value.subclass):
        yield value
    for inner in _inside(value):
        yield from _unsent(inner)


def _inside(value: Value) -> Iterator[Value]:
    if isinstance(value, Items):
        yield from value.items
    elif isinstance(value, Pairs):
        yield from (item for pair in value.items for item in pair)
    elif isinstance(value, Fields):
        yield from (item for _, item in value.items)
    elif isinstance(value, Frame):
        yield from (value.labels, value.names)
        yield from value.columns
    elif isinstance(value, Series):
        yield from (value.labels, value.column)
    elif isinstance(value, Labels):
        yield from value.levels
    elif isinstance(value, Column):
        yield value.values


def _name(value: Opaque | Array) -> str:
    if isinstance(value, Array):
        return f"an array of type {value.subclass}"
    return f"an object of type {value.type}" + (f" ({value.text})" if value.text else "")
