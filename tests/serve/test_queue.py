"""The queue: in order, one of each person at a time, and nobody holds up the others."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from grader.config import Config
from grader.course.course import Course
from grader.model import Grade
from grader.serve import queue as serve_queue
from grader.serve.attempts import Attempt, State
from grader.serve.graders import Graders, Outcome
from grader.serve.queue import Desk, Queue
from grader.submissions.submission import File, Submission
from tests.serve.conftest import grade_by_words, notebook

PATIENCE_S = 10.0


def attempt(id: int, person: int) -> Attempt:
    return Attempt(id, f"key-{id}", person, 0.0, State.WAITING, False, None, None)


class Room:
    """A queue whose graders do as they are told: each submission is called after its attempt."""

    def __init__(
        self, course: Course, at_once: int, grade: Callable[[str, bool], Outcome | None] | None = None
    ) -> None:
        self.begun: list[str] = []
        self.kept: list[int] = []
        self.course, self.may_end = course, {}  # type: ignore[var-annotated]
        self._grade = grade
        self.gone: set[int] = set()
        graders = Graders(self.grade, at_once, Config(), lambda: None)
        self.queue = Queue(graders, Desk(self.find, lambda one, grade: self.kept.append(one.id), lambda: None))

    def find(self, one: Attempt) -> Submission | None:
        if one.id in self.gone:
            return None
        return Submission(str(one.id), "", ((File(__file__, "n", data=notebook("right 1a")),),))  # type: ignore[arg-type]

    def grade(self, submission: Submission, is_last: bool) -> Outcome:
        self.begun.append(submission.participant)
        event = self.may_end.get(submission.participant)
        if event is not None:
            assert event.wait(PATIENCE_S)
        outcome = self._grade(submission.participant, is_last) if self._grade else None
        return outcome or Outcome(self.ready())

    def ready(self, hurried: bool = False) -> Grade:
        from dataclasses import replace

        grade = grade_by_words(self.course, Submission("", "", ((File(__file__, "n", data=notebook("right 1a")),),)))  # type: ignore[arg-type]
        return replace(grade, hurried=hurried)

    def hold(self, *names: int) -> None:
        for name in names:
            self.may_end[str(name)] = threading.Event()

    def let_go(self, *names: int) -> None:
        for name in names:
            self.may_end[str(name)].set()


async def until(is_so: Callable[[], Any]) -> None:
    for _ in range(int(PATIENCE_S / 0.01)):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError


def in_a_loop(room: Room, story: Callable[[Queue], Any]) -> None:
    async def run() -> None:
        task = asyncio.ensure_future(room.queue.run())
        try:
            await story(room.queue)
        finally:
            room.let_go(*map(int, room.may_end))
            task.cancel()

    asyncio.run(run())


def test_who_waits_has_a_place_that_gets_better(course: Course) -> None:
    room = Room(course, at_once=1)
    room.hold(1, 2)

    async def story(queue: Queue) -> None:
        queue.add([attempt(1, 1), attempt(2, 2), attempt(3, 3)])
        await until(lambda: room.begun == ["1"])
        assert [queue.place(attempt(id, id)) for id in (1, 2, 3, 4)] == [0, 1, 2, None]
        room.let_go(1)
        await until(lambda: room.begun == ["1", "2"])
        assert [queue.place(attempt(id, id)) for id in (1, 2, 3)] == [None, 0, 1]
        room.let_go(2)
        await until(lambda: room.kept == [1, 2, 3])
        assert len(queue) == 0

    in_a_loop(room, story)


def test_one_person_takes_one_grader_however_much_they_hand_in(course: Course) -> None:
    room = Room(course, at_once=2)
    room.hold(1)

    async def story(queue: Queue) -> None:
        queue.add([attempt(1, 1)])
        await until(lambda: room.begun)
        queue.add([attempt(2, 1), attempt(3, 1), attempt(4, 2)])
        await until(lambda: room.kept == [4])
        assert room.begun == ["1", "4"]
        room.let_go(1)
        await until(lambda: room.kept == [4, 1, 3, 2])


def test_what_somebody_handed_in_before_their_newest_waits_until_nobody_else_does(course: Course) -> None:
    room = Room(course, at_once=1)
    room.hold(1)

    async def story(queue: Queue) -> None:
        queue.add([attempt(1, 1)])
        await until(lambda: room.begun)
        queue.add([attempt(2, 1), attempt(3, 1), attempt(4, 1), attempt(5, 2), attempt(6, 3)])
        assert [queue.place(attempt(id, 1)) for id in (4, 5, 6, 2, 3)] == [1, 2, 3, 4, 5]
        room.let_go(1)
        await until(lambda: room.kept == [1, 4, 5, 6, 2, 3])

    in_a_loop(room, story)


def test_what_is_not_wanted_any_more_is_not_graded(course: Course) -> None:
    room = Room(course, at_once=1)
    room.gone = {1}

    async def story(queue: Queue) -> None:
        queue.add([attempt(1, 1), attempt(2, 1)])
        await until(lambda: room.kept == [2] and not len(queue))
        assert room.begun == ["2"]

    in_a_loop(room, story)


def test_the_same_attempt_waits_once(course: Course) -> None:
    room = Room(course, at_once=1)
    room.hold(1)

    async def story(queue: Queue) -> None:
        queue.add([attempt(1, 1)])
        await until(lambda: room.begun)
        queue.add([attempt(1, 1), attempt(2, 2), attempt(2, 2)])
        assert len(queue) == 2
        room.let_go(1)
        await until(lambda: room.kept == [1, 2])

    in_a_loop(room, story)


def test_endless_loops_of_a_few_leave_the_others_their_graders(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_queue, "SLOW_S", 0.1)
    monkeypatch.setattr(serve_queue, "LOOK_S", 0.05)
    room = Room(course, at_once=2)
    room.hold(1, 2)

    async def story(queue: Queue) -> None:
        queue.add([attempt(1, 1), attempt(2, 2), attempt(3, 3), attempt(4, 4)])
        await until(lambda: sorted(room.kept) == [3, 4])

    in_a_loop(room, story)


def test_even_so_the_machine_is_not_flooded(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_queue, "SLOW_S", 0.01)
    monkeypatch.setattr(serve_queue, "LOOK_S", 0.02)
    room = Room(course, at_once=1)
    room.hold(*range(1, 9))

    async def story(queue: Queue) -> None:
        queue.add([attempt(id, id) for id in range(1, 9)])
        await until(lambda: len(room.begun) == serve_queue.MOST)
        await asyncio.sleep(0.2)
        assert len(room.begun) == serve_queue.MOST

    in_a_loop(room, story)


def test_what_the_clock_cut_short_in_company_is_graded_again_alone_and_the_better_one_counts(course: Course) -> None:
    tried = []

    def grade(name: str, is_last: bool) -> Outcome | None:
        tried.append((name, is_last))
        if name != "1":
            return None
        return Outcome(room.ready(hurried=not is_last), is_final=is_last)

    room = Room(course, 2, grade)

    async def story(queue: Queue) -> None:
        queue.add([attempt(1, 1), attempt(2, 2)])
        await until(lambda: sorted(room.kept) == [1, 2])
        assert ("1", False) in tried
        assert tried[-1] == ("1", True)

    in_a_loop(room, story)


def test_a_fault_of_the_grader_loses_nothing(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_queue, "RETRY_S", 0.05)
    failed = []

    def grade(name: str, is_last: bool) -> Outcome | None:
        if name == "1" and not failed:
            failed.append(name)
            raise RuntimeError("the cluster is away")
        return None

    room = Room(course, 1, grade)

    async def story(queue: Queue) -> None:
        queue.add([attempt(1, 1), attempt(2, 2)])
        await until(lambda: sorted(room.kept) == [1, 2])

    in_a_loop(room, story)
