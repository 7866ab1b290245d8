"""Measures what runs in a kernel. Its limit is processor time, so that a busy machine costs nobody a grade."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

CLOCK_FACTOR = 3.0  # how much longer it may take by the clock, as what waits or sleeps uses no processor
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """What one cell, or one call, may take.

    Attributes:
        cpu_s: processor time.
        clock_s: time by the clock.
    """

    cpu_s: float
    clock_s: float


def time_limit(cpu_s: float, within_s: float = math.inf) -> TimeLimit:
    """The limit of so much processor time, and several times as much by the clock, but no more than `within_s`."""
    return TimeLimit(cpu_s, max(0.0, min(CLOCK_FACTOR * cpu_s, within_s)))


class Timer:
    """Measures one cell or call of a kernel after another.

    Attributes:
        by_clock: whether the last one was over by the clock, and not by the processor time that it had used.
    """

    def __init__(self, used_cpu_s: Callable[[], float | None]) -> None:
        """`used_cpu_s`: what the kernel's process has used since it began; None where that can't be known."""
        self._used_cpu_s = used_cpu_s
        self.start(TimeLimit(math.inf, math.inf))

    def start(self, limit: TimeLimit) -> None:
        self.by_clock = False
        self._limit = limit
        self._started_s, self._cpu_before = time.monotonic(), self._used_cpu_s()

    def is_over(self) -> bool:
        elapsed_s = time.monotonic() - self._started_s
        if elapsed_s >= self._limit.cpu_s and self._cpu_s() >= self._limit.cpu_s:
            return True
        self.by_clock = elapsed_s >= self._limit.clock_s
        return self.by_clock

    def next_look_s(self) -> float:
        """How long it can't be over yet, or LOOK_EVERY_S."""
        elapsed_s = time.monotonic() - self._started_s
        first = min(self._limit.cpu_s, self._limit.clock_s) - elapsed_s
        return first if first > 0 else min(LOOK_EVERY_S, max(0.0, self._limit.clock_s - elapsed_s))

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
