"""A lane is free while what is graded on it only waits, as long as there is memory for more."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable

import pytest

from grader.batch import lanes, memory
from grader.batch.lanes import Activity, most_at_once
from grader.kernel.processor import Times


@pytest.mark.parametrize(
    ("jobs", "free_mib", "at_once"),
    [
        (2, 20_000, 9),
        (2, 1_000, 2),
        (1, 100_000, 8),
        (4, 9_000, 4),
        (2, None, 2),
        (3, 0, 3),
        (64, 4_000_000, 128),
        (200, 4_000_000, 200),
    ],
)
def test_no_more_are_graded_at_once_than_have_room_if_each_takes_all_that_it_may(
    jobs: int, free_mib: int | None, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_mib", lambda: free_mib)
    assert most_at_once(jobs, 2048) == at_once


class Clock:
    """The time and what processes did so far, set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.times = 50.0, {1: (2.0, 0.5), 2: (1.0, 0.0)}
        monkeypatch.setattr(lanes.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(lanes, "read_times", self.read)
        self.states = {"S"}
        monkeypatch.setattr(lanes, "states", lambda pids: self.states)

    def read(self, pids: Iterable[int]) -> Times:
        return dict(self.times)

    def go(self, seconds: float, **ran: float) -> None:
        self.now += seconds
        ran_s, waited_s = self.times[1]
        self.times[1] = (ran_s + ran.get("ran", 0), waited_s + ran.get("waited", 0))


@pytest.mark.parametrize(
    ("did", "is_waiting"),
    [
        ({}, True),
        ({"ran": 0.02}, True),
        ({"ran": 0.005, "waited": 0.1}, True),  # it looks at a clock, on a machine that is busy
        ({"ran": 0.3}, False),
        ({"ran": 0.01, "waited": 0.28}, False),  # others have the processor
    ],
)
def test_who_neither_runs_nor_would_is_waiting(
    did: dict[str, float], is_waiting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    activity = Activity(lambda: [1, 2])
    seen = []
    for seconds, doing in ((0.05, {}), (0.3, {}), (0.05, {}), (0.3, did)):
        clock.go(seconds, **doing)
        activity.look()
        seen.append(activity.is_waiting)
    assert seen == [False, False, False, is_waiting]
    clock.states = {"S", "R"}
    clock.go(0.3)
    activity.look()
    assert not activity.is_waiting  # it has work, and no processor for it yet
    clock.states, alone = {"S"}, Activity(lambda: [1])
    for _ in range(3):
        clock.go(0.3)
        alone.look()
    assert not alone.is_waiting  # it may wait for its kernel
    clock.go(0.3, ran=0.2)
    activity.look()
    assert not activity.is_waiting  # it has begun again
    monkeypatch.setattr(lanes, "read_times", lambda pids: {})
    for _ in range(2):
        clock.go(0.3)
        activity.look()
    assert not activity.is_waiting  # nobody knows
    activity.begin()
    assert not activity.is_waiting


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(("code", "is_waiting"), [("time.sleep(60)", True), ("while True: pass", False)])
def test_a_process_that_sleeps_is_waiting_and_one_that_computes_is_not(code: str, is_waiting: bool) -> None:
    code = f"import time\nprint(1, flush=True)\n{code}"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        activity = Activity(lambda: [process.pid, 2**31 - 1])
        for _ in range(4):
            time.sleep(0.3)
            activity.look()
        process.kill()
    assert activity.is_waiting == is_waiting
