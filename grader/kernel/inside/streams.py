"""What a notebook prints, up to a limit: in its cells, and in calls of its functions."""

from __future__ import annotations

import io
from typing import Any

from grader.kernel.protocol.values import clean

SENT_AT_ONCE = 1 << 16  # characters


class Printed(io.TextIOBase):
    """Keeps what a call prints, up to `cap` characters. `cut`: whether there was more."""

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


class Dropped(Printed):
    """Keeps nothing."""

    cap = 0


class CappedStream:
    """Passes on `cap` characters of a cell's output to the kernel's stream and drops the rest.

    They are sent at the end of the cell, or once SENT_AT_ONCE have come together: the cell may never end. `left` is
    how many the cell may still print.
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
    """Cap the stream itself: whoever holds it writes to the capped one from here on."""
    capped = CappedStream(stream, cap)
    stream.write, stream.flush = capped.write, capped.flush
    return capped
