"""Who is graded when: on each lane one notebook, beside those that only wait for their end the next one, and after all
others those that take much longer than they."""

from __future__ import annotations

import math
import time
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterable

from grader.batch import memory
from grader.kernel.processor import Times, ran_s, read_times, states, waited_s

WORKERS = 8  # of a lane at most
MOST = 128  # of all lanes, but one on each: Linux gives a process 1024 descriptors, and each worker takes several
LOOK_S = 0.1
RUNS_SHARE = 0.1  # of the time: who looks at a clock now and then runs less
WOULD_RUN_SHARE = 0.5  # who has work would run all the time; who has none waits for a processor now and then
LONG_S = 1.0  # of processor time: who has run for less is not worth beginning again
USUAL_SHARE = 0.75  # of those that are done have run for less than is usual
LONG_FACTOR = 8.0  # times what is usual
LOST_S, LOST_SHARE = 4.0, 0.3  # of each lane's time: what may be begun in vain, and what more for each second


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
        ran_s: How long they had run when somebody last looked, rather less than more.
    """

    def __init__(self, processes: Callable[[], Iterable[int]]) -> None:
        self._processes = processes
        self._before: Times | None = None
        self.begin()

    def begin(self) -> None:
        self.is_waiting, self.ran_s = False, 0.0
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
            self.ran_s += ran if ran < math.inf else 0.0
            would_run_s = ran + waited_s(times, self._before)
            is_idle = ran < RUNS_SHARE * since_s and would_run_s < WOULD_RUN_SHARE * since_s
            self.is_waiting = is_idle and len(processes) > 1 and states(processes).isdisjoint("RD")
        self._looked_s, self._before = now_s, times


class Queue:
    """The places of those that are to be graded, counted from 0.

    Who has run for much longer than notebooks of this class do makes way for those that have not begun, and is begun
    once more after them: it loses nothing but its turn. Where all take long, nobody makes way.

    Attributes:
        waiting: those to be begun, the next one first; at the end those that have made way.
        repeats: those to be graded once more, alone.
    """

    def __init__(self, count: int, lanes: int) -> None:
        self.waiting, self.repeats = deque(range(count)), deque[int]()
        self._lanes, self._began_s = lanes, time.monotonic()
        self._done_s, self._put_off, self._lost_s = list[float](), set[int](), 0.0

    def note_done(self, ran_s: float) -> None:
        """Note that one more of them has its grade, for which so much was computed."""
        insort(self._done_s, ran_s)

    def puts_off(self, place: int, ran_s: float) -> bool:
        """Whether the one at this place, which has run so long, is to make way; then it waits again."""
        if not (self._done_s and self.waiting and self._put_off.isdisjoint((place, self.waiting[0]))):
            return False
        most_lost_s = self._lanes * (LOST_S + LOST_SHARE * (time.monotonic() - self._began_s))
        usual_s = self._done_s[int(USUAL_SHARE * len(self._done_s))]
        is_long = ran_s >= max(LONG_S, LONG_FACTOR * usual_s)
        if not is_long or self._lost_s + ran_s > most_lost_s:
            return False
        self._lost_s += ran_s
        self._put_off.add(place)
        self.waiting.append(place)
        return True
