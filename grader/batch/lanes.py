"""How much is graded at once: on each lane one notebook, and beside those that only wait for their end the next one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from grader.batch import memory
from grader.kernel.processor import Times, ran_s, read_times, states, waited_s

WORKERS = 8  # of a lane at most
MOST = 128  # of all lanes, but one on each: Linux gives a process 1024 descriptors, and each worker takes several
LOOK_S = 0.1
RUNS_SHARE = 0.1  # of the time: who looks at a clock now and then runs less
WOULD_RUN_SHARE = 0.5  # who has work would run all the time; who has none waits for a processor now and then


def most_at_once(jobs: int, memory_mib: int) -> int:
    """How many notebooks may be graded at once on `jobs` lanes: no more than have room if each takes all the memory
    that it may, but one on each lane."""
    free_mib = memory.free_mib()
    return jobs if free_mib is None else max(jobs, min(WORKERS * jobs, MOST, free_mib // memory_mib))


class Activity:
    """Whether a worker and its kernels do anything, seen from outside.

    Attributes:
        is_waiting: whether they neither run nor would, had they a processor. False where that can't be known, and while
            there is no kernel yet, for which the worker may wait.
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
        processes = [*self._processes()]
        times = read_times(processes)
        if self._before is not None:
            since_s, ran = now_s - self._looked_s, ran_s(times, self._before)
            would_run_s = ran + waited_s(times, self._before)
            is_idle = ran < RUNS_SHARE * since_s and would_run_s < WOULD_RUN_SHARE * since_s
            self.is_waiting = is_idle and len(processes) > 1 and states(processes).isdisjoint("RD")
        self._looked_s, self._before = now_s, times
