"""Who has the processors is known of other processes from outside: how long they ran, and how long they had to wait."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from grader.kernel import processor
from grader.kernel.processor import Delay, ran_s, read_times, states, waited_s

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@contextmanager
def running(code: str) -> Iterator[int]:
    """The process id of a Python that has said that it begins, on the first of our processors."""
    first = min(os.sched_getaffinity(0))
    code = f"import os, time\nos.sched_setaffinity(0, {{{first}}})\nprint(1, flush=True)\n{code}"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process.pid
        finally:
            process.kill()


def test_who_sleeps_wants_no_processor_and_who_computes_wants_all_of_one_however_many_others_do() -> None:
    with running("time.sleep(60)") as sleeps, running("while True: pass") as burns, running("while True: pass") as too:
        pids, started = (sleeps, burns, too), time.monotonic()
        before = [read_times([pid]) for pid in pids]
        time.sleep(1.0)
        now, took_s = [read_times([pid]) for pid in pids], time.monotonic() - started
        assert [states([pid]) for pid in pids] == [{"S"}, {"R"}, {"R"}]
        ran = [ran_s(*pair) for pair in zip(now, before, strict=True)]
        waited = [waited_s(*pair) for pair in zip(now, before, strict=True)]
    assert ran[0] < 0.1 * took_s
    assert min(ran[place] + waited[place] for place in (1, 2)) > 0.5 * took_s
    assert waited[1] + waited[2] > 0.5 * took_s  # of one processor, each has at most its half
    assert waited[0] < 0.2 * took_s


def test_what_cannot_be_known_is_without_end() -> None:
    assert read_times([2**31 - 1]) == {}
    assert waited_s({}) == ran_s({}, {}) == math.inf
    assert Delay(lambda: [2**31 - 1]).look() == math.inf


def test_a_thread_that_ends_takes_nothing_from_what_the_others_waited() -> None:
    before = {1: (1.0, 0.5), 2: (1.0, 9.0)}
    assert waited_s({1: (1.2, 0.75), 3: (0.1, 0.25)}, before) == 0.5
    assert ran_s({1: (1.25, 0.75), 3: (0.5, 0.25)}, before) == 0.75


def test_a_delay_is_what_they_waited_for_a_processor_or_a_disk_and_all_before_the_first_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, waited, at_disk = 100.0, 5.0, False
    monkeypatch.setattr(processor.time, "monotonic", lambda: clock)
    monkeypatch.setattr(processor, "read_times", lambda pids: {7: (1.0, waited)})
    monkeypatch.setattr(processor, "states", lambda pids: {"S", "D"} if at_disk else {"S", "R"})
    delay = Delay(lambda: [7])
    clock = 100.25
    assert delay.look() == 0.25
    clock, waited = 104.25, 5.5
    assert delay.look() == 0.75
    clock, at_disk = 105.25, True
    assert delay.look() == 1.75
    delay.begin()
    assert delay.look() == 0
