"""How much is graded at once: on each lane one notebook, and beside those that only wait for their end the next one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from grader.batch import memory
from grader.kernel.processor import Times, read_times, wanted_s

WORKERS = 8  # of a lane at most
LOOK_S = 0.25
WAITING_SHARE = 0.1  # of a processor: what looks at a clock now and then needs less


def most_at_once(jobs: int, memory_mib: int) -> int:
    """How many notebooks may be graded at once on `jobs` lanes: no more than have room if each takes all the memory
    that it may, but one on each lane."""
    free_mib = memory.free_mib()
    return jobs if free_mib is None else max(jobs, min(WORKERS * jobs, free_mib // memory_mib))


class Activity:
    """Whether processes do anything, seen from outside.

    Attributes:
        is_waiting: whether they neither run nor would, had they a processor. False where that can't be known.
    """

    def __init__(self, processes: Callable[[], Iterable[int]]) -> None:
        self._processes = processes
        self._before: Times | None = None
        self.begin()

    def begin(self) -> None:
        self.is_waiting = False
        self._looked_s, self._before = time.monotonic(), None

    def look(self) -> None:
        """Look again, if the last time was long enough ago."""
        now_s = time.monotonic()
        if now_s < self._looked_s + LOOK_S:
            return
        times = read_times(self._processes())
        if self._before is not None:
            self.is_waiting = wanted_s(times, self._before) < WAITING_SHARE * (now_s - self._looked_s)
        self._looked_s, self._before = now_s, times
