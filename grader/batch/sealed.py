"""A grade as it goes from where it was made to the disk: encoded once, beside what a run keeps of it in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any, Union

import msgspec

from grader.config import Config
from grader.course.course import Course
from grader.model import Grade
from grader.report.outline import Article, Outline, Work, outline
from grader.report.run import Run
from grader.report.same_work import lines_handed_out, work_of


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """A grade, encoded.

    Attributes:
        written: All of it, as JSON that carries it unchanged.
        outline: What tables need of it, without a version.
        work: What it has that others may have too.
        parts: The paths of the notebook's parts.
        article: What a page says of it, encoded, where the run wants that.
    """

    written: bytes
    outline: Outline
    work: Work
    parts: tuple[str, ...]
    article: bytes = b""

    def open(self) -> Grade:
        """All of the grade."""
        return msgspec.json.decode(self.written, type=Grade)


Answer = Union[Grade, Sealed]
"""What came of grading. A grade that JSON does not carry as it is stays as it is."""


class Sealing:
    """How a run's grades are sealed."""

    def __init__(self, course: Course, config: Config | None = None) -> None:
        """`config`: for articles, if it wants any."""
        self._course, self._config = course, config
        self._handed_out = lines_handed_out(course)

    def seal(self, grade: Grade) -> Answer:
        """The grade, sealed where JSON carries it: that has neither half a character nor infinity."""
        written = encode(grade)
        return self._sealed(grade, written) if _carried(written) == grade else grade

    def seal_replacing(self, grade: Grade) -> Sealed:
        """The same; what JSON does not carry is replaced."""
        answer = self.seal(grade)
        if isinstance(answer, Sealed):
            return answer
        carried = msgspec.json.decode(encode(grade), type=Grade)
        return self._sealed(carried, encode(carried))

    def _sealed(self, grade: Grade, written: bytes) -> Sealed:
        parts = tuple(part.path for part in grade.notebook.parts)
        work = work_of(grade, self._handed_out)
        return Sealed(written, outline(grade, version=""), work, parts, self._article(grade))

    def _article(self, grade: Grade) -> bytes:
        if self._config is None or not self._config.articles:
            return b""
        from grader.report.page import page  # here, for it takes long to load

        try:
            return msgspec.msgpack.encode(page.said_of_one(Run((grade,), self._course, self._config)))
        except Exception:  # it costs nobody a grade: whoever writes the page makes it again, and says what is wrong
            return b""


def to_bytes(sealed: Sealed) -> bytes:
    """For another process."""
    return msgspec.msgpack.encode(sealed)


def from_bytes(data: bytes) -> Sealed:
    """What `to_bytes` encoded."""
    return _decoder().decode(data)


def article_of(data: bytes) -> Article:
    """An article, decoded."""
    return msgspec.msgpack.decode(data, type=Article)


def whole(answer: Answer) -> Grade:
    """All of a grade."""
    return answer.open() if isinstance(answer, Sealed) else answer


def as_json(answer: Answer) -> bytes:
    """All of a grade, encoded."""
    return answer.written if isinstance(answer, Sealed) else encode(answer)


def score(answer: Answer) -> Grade:
    """A grade with at least what its outline has."""
    return answer.outline.score if isinstance(answer, Sealed) else answer


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
