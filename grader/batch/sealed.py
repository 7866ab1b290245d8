"""A grade as it goes from where it was made to the disk: encoded once, beside what a run keeps of it in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any, Union

import msgspec

from grader.model import Grade
from grader.report.outline import Outline, Work, outline
from grader.report.same_work import work_of


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """A grade, encoded.

    Attributes:
        written: All of it, as JSON that carries it unchanged.
        outline: What tables need of it, without a version.
        work: What it has that others may have too.
        parts: The paths of the notebook's parts.
    """

    written: bytes
    outline: Outline
    work: Work
    parts: tuple[str, ...]

    def open(self) -> Grade:
        """All of the grade."""
        return msgspec.json.decode(self.written, type=Grade)


Answer = Union[Grade, Sealed]
"""What came of grading. A grade that JSON does not carry as it is stays as it is."""


def seal(grade: Grade, handed_out: frozenset[str]) -> Answer:
    """The grade, sealed where JSON carries it: that has neither half a character nor infinity. `handed_out`: the lines
    that every notebook of the course holds from the start."""
    written = encode(grade)
    return _sealed(grade, written, handed_out) if _carried(written) == grade else grade


def seal_replacing(grade: Grade, handed_out: frozenset[str]) -> Sealed:
    """The same; what JSON does not carry is replaced."""
    answer = seal(grade, handed_out)
    if isinstance(answer, Sealed):
        return answer
    carried = msgspec.json.decode(encode(grade), type=Grade)
    return _sealed(carried, encode(carried), handed_out)


def to_bytes(sealed: Sealed) -> bytes:
    """For another process."""
    return msgspec.msgpack.encode(sealed)


def from_bytes(data: bytes) -> Sealed:
    """What `to_bytes` encoded."""
    return _decoder().decode(data)


def whole(answer: Answer) -> Grade:
    """All of a grade."""
    return answer.open() if isinstance(answer, Sealed) else answer


def as_json(answer: Answer) -> bytes:
    """All of a grade, encoded."""
    return answer.written if isinstance(answer, Sealed) else encode(answer)


def score(answer: Answer) -> Grade:
    """A grade with at least what its outline has."""
    return answer.outline.score if isinstance(answer, Sealed) else answer


def _sealed(grade: Grade, written: bytes, handed_out: frozenset[str]) -> Sealed:
    parts = tuple(part.path for part in grade.notebook.parts)
    return Sealed(written, outline(grade, version=""), work_of(grade, handed_out), parts)


def _carried(written: bytes) -> Grade | None:
    """What is read of what was written."""
    try:
        return msgspec.json.decode(written, type=Grade)
    except msgspec.MsgspecError:
        return None


def encode(value: msgspec.Struct | Grade) -> bytes:
    """As JSON. Half a character, which UTF-8 can't carry, is replaced, as in the JSON report."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_encodable(value))


def _encodable(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, tuple):
        return tuple(map(_encodable, value))
    if isinstance(value, Mapping):
        return {name: _encodable(inner) for name, inner in value.items()}
    if isinstance(value, msgspec.Struct):
        return type(value)(**{name: _encodable(getattr(value, name)) for name in value.__struct_fields__})
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _encodable(getattr(value, each.name)) for each in fields(value)})
    return value


@lru_cache
def _decoder() -> msgspec.msgpack.Decoder[Sealed]:
    return msgspec.msgpack.Decoder(Sealed)
