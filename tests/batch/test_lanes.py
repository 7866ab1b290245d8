"""A lane is free while what is graded on it only waits, as long as there is memory for more; and who takes much longer
than the others makes way for them, in a class where that costs next to nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Sequence

import pytest

from grader.batch import lanes, memory
from grader.batch.lanes import Activity, Queue, most_at_once
from grader.kernel.processor import Times
from tests.conftest import ROOT


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
    assert activity.ran_s == pytest.approx(0.2 + did.get("ran", 0))
    activity.begin()
    assert (activity.is_waiting, activity.ran_s) == (False, 0)


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


def times(takes_s: Sequence[float], lanes_count: int, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When each of a class is done on so many lanes, if each takes so much processor time and somebody looks ten times
    a second."""
    now_s = [0.0]
    monkeypatch.setattr(lanes.time, "monotonic", lambda: now_s[0])
    queue, done_s = Queue(len(takes_s), lanes_count), [0.0] * len(takes_s)
    at_work: dict[int, tuple[int, float]] = {}
    while queue.waiting or at_work:
        for lane in range(lanes_count):
            if queue.waiting and lane not in at_work:
                at_work[lane] = queue.waiting.popleft(), now_s[0]
        now_s[0] = min(now_s[0] + 0.1, *(begun_s + takes_s[place] for place, begun_s in at_work.values()))
        for lane, (place, begun_s) in [*at_work.items()]:
            if now_s[0] >= begun_s + takes_s[place]:
                done_s[place] = now_s[0]
                queue.note_done(takes_s[place])
                del at_work[lane]
            elif queue.puts_off(place, now_s[0] - begun_s):
                del at_work[lane]
    return done_s


@pytest.mark.parametrize("lanes_count", [1, 2, 8])
@pytest.mark.parametrize("endless", [[5], [5, 6, 7, 8], [*range(10, 400, 20)]], ids=len)
def test_who_computes_without_end_makes_way_for_all_others(
    endless: list[int], lanes_count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes_s = [30.0 if place in endless else 0.1 for place in range(400)]
    done_s = times(takes_s, lanes_count, monkeypatch)
    others_s = max(done for place, done in enumerate(done_s) if place not in endless)
    alone_s = max(times([0.1] * 400, lanes_count, monkeypatch))
    assert others_s < 1.6 * alone_s + (30 if lanes_count == 8 else 0)  # that many have no time to be put off
    assert max(done_s) < alone_s + 30 * -(-len(endless) // lanes_count) + 30


@pytest.mark.parametrize("lanes_count", [1, 2, 8])
@pytest.mark.parametrize(
    "kinds",
    [
        [20.0],
        [10.0, 0.1],
        [0.6, 0.1, 0.1, 0.1, 0.1],
        [3.0, 0.1, 0.1, 0.1, 0.1],
        [30.0, *[0.1] * 19],
        [0.01, 0.01, 0.01, 2.0, 2.0, 2.0, 2.0],
        [60.0, 2.0, 1.0],
    ],
    ids=str,
)
def test_no_class_takes_much_longer_because_somebody_makes_way(
    kinds: list[float], lanes_count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes_s = kinds * (200 // len(kinds))
    shortest_s = sum(takes_s) / lanes_count
    lost_s = lanes.LOST_S + lanes.LOST_SHARE * shortest_s
    assert max(times(takes_s, lanes_count, monkeypatch)) <= (shortest_s + lost_s) / (1 - lanes.LOST_SHARE) + max(kinds)


@pytest.mark.parametrize("kinds", [[20.0], [2.0, 3.0, 6.0], [0.4, 0.1, 0.1, 0.1], [0.8, *[0.07] * 60]], ids=str)
def test_nobody_makes_way_in_a_class_where_that_is_how_long_it_takes(
    kinds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    takes_s = kinds * 30
    done_s = times(takes_s, 1, monkeypatch)
    assert done_s == sorted(done_s)
    assert done_s[-1] == pytest.approx(sum(takes_s))


def test_nobody_makes_way_twice_or_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [0.0]
    monkeypatch.setattr(lanes.time, "monotonic", lambda: now_s[0])
    queue = Queue(3, 1)
    begun = queue.waiting.popleft()
    assert not queue.puts_off(begun, 50.0), "nobody knows what is usual"
    queue.note_done(0.3)
    begun, now_s[0] = queue.waiting.popleft(), 0.2
    assert [queue.puts_off(begun, 2.3), queue.puts_off(begun, 2.5), [*queue.waiting]] == [False, True, [2, 1]]
    assert queue.waiting.popleft() == 2
    assert not queue.puts_off(2, 2.5), "only those are left that have made way"
    queue.note_done(0.1)
    assert queue.waiting.popleft() == 1
    assert not queue.puts_off(1, 2.5)


def test_the_docs_say_how_much_may_be_begun_in_vain() -> None:
    said = " ".join((ROOT / "docs" / "security.md").read_text("utf-8").split())
    assert f"is at most {lanes.LOST_SHARE:.0%} of the time, and {lanes.LOST_S:g} seconds for".replace("%", " %") in said
