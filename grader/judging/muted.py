"""Keeps what a course's hidden tests print out of the grader's own output."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO


class _Muted:
    """A stream that drops what one thread writes, and hands on everything else."""

    def __init__(self, stream: TextIO, thread: threading.Thread) -> None:
        self._stream, self._thread = stream, thread

    def write(self, text: str) -> int:
        return len(text) if threading.current_thread() is self._thread else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def muted() -> Iterator[None]:
    """While the body runs, nothing that this thread prints is shown; other threads print as ever."""
    before = {name: getattr(sys, name) for name in ("stdout", "stderr")}
    own = {name: _Muted(stream, threading.current_thread()) for name, stream in before.items()}
    for name, stream in own.items():
        setattr(sys, name, stream)
    try:
        yield
    finally:
        for name, stream in own.items():
            if getattr(sys, name) is stream:  # else another thread has put its own there meanwhile
                setattr(sys, name, before[name])
