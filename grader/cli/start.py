"""Where the commands begin. Their code takes a third of a second to load, and Ctrl-C ends them then too, without a
traceback."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from grader.loading import loading


def grade() -> None:
    """The command `grade`."""
    with _ended_by_interruption(), loading():
        from grader.cli.grade import main
    main()


def grade_course() -> None:
    """The command `grade-course`."""
    with _ended_by_interruption(), loading():
        from grader.cli.course import main
    main()


@contextmanager
def _ended_by_interruption() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # a script starts what it puts in the background with SIGINT ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, before)
