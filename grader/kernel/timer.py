"""Measures what runs in a kernel. Its limit is processor time, so that a busy machine costs nobody a grade."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from grader.kernel.processor import Delay

CLOCK_FACTOR = 3.0  # how much longer it may take by the clock, as what waits or sleeps uses no processor
SPARED_SHARE = 0.05  # of the clock's limit: if others cost it no more than that, it has so much more
LOOK_EVERY_S, LOOK_AT_LEAST_S = 0.02, 0.25  # the longer it runs, the more seldom


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """What one cell, or one call, may take.

    Attributes:
        cpu_s: processor time.
        clock_s: time by the clock, without what others cost it.
    """

    cpu_s: float
    clock_s: float

    @property
    def longest_s(self) -> float:
        """After how long by the clock it is over in any case."""
        return (1 + SPARED_SHARE) * self.clock_s


def time_limit(cpu_s: float, within_s: float = math.inf) -> TimeLimit:
    """The limit of so much processor time, and several times as much by the clock, but no more than `within_s`."""
    return TimeLimit(cpu_s, max(0.0, min(CLOCK_FACTOR * cpu_s, within_s)))


class Timer:
    """Measures one cell or call of a kernel after another.

    Attributes:
        by_clock: whether the last one was over by the clock, and not by the processor time that it had used.
        is_starved: whether it was, and others may be to blame: they kept it from going on for too long.
    """

    def __init__(self, used_cpu_s: Callable[[], float | None], delay: Delay) -> None:
        """`used_cpu_s`: what the kernel's process has used since it began; None where that can't be known. `delay`: of
        all its processes."""
        self._used_cpu_s, self._delay = used_cpu_s, delay
        self.start(TimeLimit(math.inf, math.inf))

    def start(self, limit: TimeLimit) -> None:
        self.by_clock = self.is_starved = False
        self._limit = limit
        self._started_s, self._cpu_before = time.monotonic(), self._used_cpu_s()
        self._delay.begin()

    def is_over(self) -> bool:
        elapsed_s = time.monotonic() - self._started_s
        delay_s = self._delay.look() if elapsed_s >= LOOK_EVERY_S else 0.0
        if elapsed_s >= self._limit.cpu_s and self._cpu_s() >= self._limit.cpu_s:
            return True
        most_s = self._limit.longest_s - self._limit.clock_s
        self.by_clock = elapsed_s >= self._limit.clock_s + (delay_s if delay_s <= most_s else 0)
        self.is_starved = self.by_clock and delay_s > most_s
        return self.by_clock

    def next_look_s(self) -> float:
        """When to look again whether it is over, and what others do to it."""
        elapsed_s = time.monotonic() - self._started_s
        pace_s = min(LOOK_AT_LEAST_S, elapsed_s / 10)
        return max(LOOK_EVERY_S, min(pace_s, self._limit.cpu_s - self._cpu_s(), self._limit.clock_s - elapsed_s))

    def left_s(self) -> float:
        """How long it may still take by the clock."""
        return max(0.0, self._started_s + self._limit.clock_s - time.monotonic())

    def _cpu_s(self) -> float:
        now = self._used_cpu_s()
        return 0.0 if now is None or self._cpu_before is None else now - self._cpu_before


def used_cpu_s(pid: int) -> float | None:
    """The processor time that all threads of a process have used, as Linux counts it; None where it can't be known."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3), which Python does not offer
    except (AttributeError, OSError, OverflowError, TypeError):  # the last of a number too large, from Python 3.13 on
        return None
