"""What runs in a kernel is over once it has used its limit of processor time, or several times as much by the clock."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time

import pytest

from grader.kernel import timer
from grader.kernel.processor import Delay
from grader.kernel.timer import TimeLimit, Timer, time_limit, used_cpu_s


class Clocks:
    """A clock, and the processor time of a kernel, both set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.cpu = 100.0, 7.0
        monkeypatch.setattr(timer.time, "monotonic", lambda: self.now)

    def after(self, clock_s: float, cpu_s: float | None) -> None:
        self.now, self.cpu = 100.0 + clock_s, None if cpu_s is None else 7.0 + cpu_s  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("clock_s", "cpu_s", "over", "by_clock"),
    [
        (1.9, 1.9, False, False),
        (2.1, 2.05, True, False),
        (2.1, 0.4, False, False),  # neighbours had the processor, or it sleeps
        (5.9, 1.99, False, False),
        (6.0, 1.99, True, True),
        (6.5, 0.0, True, True),
        (1.0, 8.0, False, False),  # several threads: they get no less than one would
        (5.9, None, False, False),  # where processor time can't be known
        (6.1, None, True, True),
    ],
)
def test_over_by_processor_time_or_by_several_times_as_much_by_the_clock(
    clock_s: float, cpu_s: float | None, over: bool, by_clock: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = Clocks(monkeypatch)
    measured = Timer(lambda: clocks.cpu, Delay(lambda: ()))
    measured.start(time_limit(2.0))
    clocks.after(clock_s, cpu_s)
    assert (measured.is_over(), measured.by_clock) == (over, by_clock)
    assert over or 0 < measured.next_look_s() <= 2


class Delayed(Delay):
    """A delay that is set by hand."""

    def __init__(self, delay_s: float) -> None:
        super().__init__(lambda: ())
        self.delay_s = delay_s

    def look(self) -> float:
        return self.delay_s


@pytest.mark.parametrize(
    ("clock_s", "cpu_s", "delay_s", "over", "starved"),
    [
        (6.0, 0.1, 0.0, True, False),  # it sleeps, and would alone
        (6.0, 0.1, 0.25, False, False),  # that little, it gets back
        (6.25, 0.1, 0.25, True, False),
        (6.0, 0.1, 0.35, True, True),
        (6.0, 1.9, 4.0, True, True),
        (6.0, 0.1, math.inf, True, True),  # where it can't be known
        (2.5, 2.1, 0.4, True, False),  # its processor time was its own
        (5.9, 0.1, 3.0, False, False),
    ],
)
def test_only_what_others_kept_from_going_on_for_long_is_starved_and_a_little_is_given_back(
    clock_s: float, cpu_s: float, delay_s: float, over: bool, starved: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = Clocks(monkeypatch)
    measured = Timer(lambda: clocks.cpu, Delayed(delay_s))
    measured.start(time_limit(2.0))
    clocks.after(clock_s, cpu_s)
    assert (measured.is_over(), measured.is_starved) == (over, starved)
    assert clock_s < time_limit(2.0).longest_s + 0.01
    measured.start(time_limit(2.0))
    assert not measured.is_starved


@pytest.mark.parametrize(
    ("clock_s", "cpu_s", "next_look_s"),
    [
        (0.0, 0.0, 0.02),
        (1.0, 0.5, 0.1),
        (5.0, 0.0, 0.25),  # it sleeps: that costs whoever looks next to nothing
        (1.9, 1.9, 0.1),
        (1.95, 1.95, 0.05),  # it may be over then
        (5.9, 0.0, 0.1),
        (6.1, 0.0, 0.02),
    ],
)
def test_the_longer_it_runs_the_more_seldom_somebody_looks_but_in_time(
    clock_s: float, cpu_s: float, next_look_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = Clocks(monkeypatch)
    measured = Timer(lambda: clocks.cpu, Delayed(0.0))
    measured.start(time_limit(2.0))
    clocks.after(clock_s, cpu_s)
    assert measured.next_look_s() == pytest.approx(next_look_s)


def test_each_start_measures_anew_and_no_limit_is_negative(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Clocks(monkeypatch)
    measured = Timer(lambda: clocks.cpu, Delay(lambda: ()))
    measured.start(time_limit(2.0, within_s=1.0))
    clocks.after(1.0, 0.5)
    assert measured.is_over()
    assert measured.by_clock
    measured.start(time_limit(2.0))
    assert not measured.is_over()
    assert not measured.by_clock
    assert measured.left_s() == 6
    assert time_limit(2.0, within_s=-3) == TimeLimit(2.0, 0.0)


@pytest.mark.skipif(sys.platform != "linux", reason="processor time of another process is read on Linux only")
def test_processor_time_of_another_process_is_what_it_used_and_not_what_it_slept() -> None:
    code = "import time\nwhile time.process_time() < 0.3: pass\nprint(1, flush=True)\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.1)
        used = used_cpu_s(process.pid)
        process.kill()
    assert used is not None
    assert 0.3 <= used < 5
    assert used_cpu_s(os.getpid()) == pytest.approx(time.process_time(), abs=0.5)
    assert used_cpu_s(2**31 - 1) is None
