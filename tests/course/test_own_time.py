"""The course's own code may compute for a while, and no longer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from grader.course import sources
from grader.course.own_time import TooLong, within
from grader.errors import CourseError


def endless() -> None:
    while True:
        try:
            sum(range(100))
        except Exception:
            continue


def test_a_loop_that_never_ends_is_ended_whatever_it_catches() -> None:
    with pytest.raises(TooLong, match=r"more than 0\.2 s"), within(0.2):
        endless()


def test_waiting_is_not_computing() -> None:
    with within(0.2):
        time.sleep(0.8)


def test_of_two_bounds_the_tighter_one_counts_and_afterwards_there_is_none() -> None:
    with within(30), pytest.raises(TooLong), within(0.1):
        endless()
    with within(30):
        compute(0.45)


def test_bodies_of_one_bound_count_together() -> None:
    bound = within(0.5)
    with bound:
        compute(0.45)
    with pytest.raises(TooLong, match=r"more than 0\.5 s"), bound:
        compute(0.9)


def compute(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_a_file_of_the_course_that_never_ends_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LOAD_LIMIT_S", 0.2)
    path = tmp_path / "solution.py"
    path.write_text("while True: pass\n")
    with pytest.raises(CourseError, match=r"solution\.py: it computed for more than 0\.2 s\. Is there a loop"):
        sources.run_source(path, {})
