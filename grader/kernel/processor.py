"""What processes do with the machine's processors, as Linux counts it for each of their threads."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from grader.kernel.sandbox.supervisor import read_small, threads_of

Times = Mapping[int, tuple[float, float]]
"""For each thread the seconds that it has run, and the seconds that it could have run while others had the
processors. Empty where that can't be known."""


def read_times(processes: Iterable[int]) -> Times:
    """Of all threads of these processes together."""
    times = {}
    for thread in _threads(processes):
        with contextlib.suppress(OSError, ValueError):  # it has ended, or Linux does not count
            ran, waited = read_small(f"{thread}/schedstat").split()[:2]
            times[int(thread.rpartition("/")[2])] = (int(ran) / 1e9, int(waited) / 1e9)
    return times if any(ran for ran, _ in times.values()) else {}


def waited_s(now: Times, before: Times | None = None) -> float:
    """How long they have waited for a processor since then, or since they began; infinite where that can't be known."""
    return _grown_s(1, now, before or {})


def ran_s(now: Times, before: Times) -> float:
    """How long they have run since then; infinite where that can't be known."""
    return _grown_s(0, now, before)


def _grown_s(which: int, now: Times, before: Times) -> float:
    grown = (times[which] - before.get(thread, (0.0, 0.0))[which] for thread, times in now.items())
    return sum(max(0.0, seconds) for seconds in grown) if now else math.inf


def states(processes: Iterable[int]) -> set[str]:
    """What their threads do just now: R has a processor or waits for one, which counts only once it has it; D waits for
    a disk, S for something else."""
    found = set()
    for thread in _threads(processes):
        with contextlib.suppress(OSError):
            found.add(read_small(f"{thread}/stat").rpartition(") ")[2][:1])
    return found


def _threads(processes: Iterable[int]) -> Iterator[str]:
    for process in processes:
        with contextlib.suppress(OSError):
            yield from threads_of(process)


class Delay:
    """How long others have kept processes from going on: they had the processors, or the disk. Whoever wants to know
    looks often, from the beginning on."""

    def __init__(self, processes: Callable[[], Iterable[int]]) -> None:
        self._processes = processes
        self._before: Times | None = None
        self.begin()

    def begin(self) -> None:
        self._looked_s, self._before, self._delay_s = time.monotonic(), None, 0.0

    def look(self) -> float:
        """The seconds since it began, rather more than less; infinite where that can't be known."""
        processes, now_s = [*self._processes()], time.monotonic()
        times = read_times(processes)
        if self._before is None or "D" in states(processes):
            self._delay_s += now_s - self._looked_s
        else:
            self._delay_s += waited_s(times, self._before)
        self._looked_s, self._before = now_s, times
        return self._delay_s if times else math.inf
