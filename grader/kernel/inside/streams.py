"""What a notebook prints, up to a limit: in its cells, and in calls of its functions."""

from __future__ import annotations

import io
from typing import Any

from grader.kernel.protocol.values import clean

SENT_AT_ONCE = 1 << 16


class Printed(io.TextIOBase):
    """What a call printed, up to a cap."""

    cap = 1 << 18

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._left = self.cap
        self.cut = False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if len(text) > self._left:
            self.cut = True
        part = text[: self._left]
        self._left -= len(part)
        if part:
            self._parts.append(part)
        return len(text)

    def text(self) -> str:
        return clean("".join(self._parts))


class CappedStream:
    """Lets a stream of the kernel take so many characters a cell and drops the rest, so that nothing fills up.

    What is written is sent at the end of the cell, or when much has come together: the cell may never end.
    """

    def __init__(self, stream: Any, cap: int) -> None:
        self._write, self._flush, self.cap, self.left = stream.write, stream.flush, cap, cap
        self._unsent = 0

    def write(self, text: str) -> int:
        if self.left > 0:
            self._write(text[: self.left])
            self.left -= len(text)
            self._unsent += len(text)
            if self._unsent > SENT_AT_ONCE or self.left <= 0:
                self.flush()
        return len(text)

    def flush(self) -> None:
        if self._unsent:
            self._unsent = 0
            self._flush()


def cap_stream(stream: Any, cap: int) -> CappedStream:
    capped = CappedStream(stream, cap)
    stream.write, stream.flush = capped.write, capped.flush
    return capped
