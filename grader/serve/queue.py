"""What waits to be graded. Each person has a place in it, and nobody can hold up the others."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from grader.batch.workers import better_of
from grader.model import Grade
from grader.serve.attempts import Attempt
from grader.serve.graders import Graders, Outcome
from grader.submissions.submission import Submission

SLOW_S = 8.0
"""Who takes longer than that does not count any more when the next one's turn comes, so that endless loops of a few
people leave the others a grader each."""
MOST = 4  # times as many as are graded at once, with those that take long
LOOK_S = 1.0
RETRY_S = 30.0
_log = logging.getLogger("grader.serve")


@dataclass(frozen=True, slots=True)
class Desk:
    """What the queue knows of the workshop. All of it is called in the event loop.

    Attributes:
        find: What to grade of an attempt; None if that is not wanted any more.
        keep: Takes a grade.
        changed: Hears that places have changed.
    """

    find: Callable[[Attempt], Submission | None]
    keep: Callable[[Attempt, Grade], None]
    changed: Callable[[], None]


class Queue:
    """Attempts in their order. One of each person is graded at a time, and what somebody has handed in something newer
    than once nothing else waits."""

    def __init__(self, graders: Graders, desk: Desk) -> None:
        self._graders, self._desk = graders, desk
        self._waiting: list[Attempt] = []
        self._newest: dict[int, int] = {}  # by the person: the id of the newest that ever waited
        self._again: list[tuple[Attempt, Grade | None]] = []
        self._begun_s: dict[int, float] = {}
        self._active: dict[int, Attempt] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._threads = ThreadPoolExecutor(MOST * graders.at_once + 1, thread_name_prefix="grade")

    def add(self, attempts: Iterable[Attempt]) -> None:
        """Let attempts wait at the end."""
        there = {one.id for one in self.waiting}
        new = [one for one in dict.fromkeys(attempts) if one.id not in there]
        self._newest |= {
            one.person: max(one.id, self._newest.get(one.person, 0)) for one in sorted(new, key=lambda one: one.id)
        }
        self._waiting += new
        self._woken.set()
        self._desk.changed()

    def place(self, attempt: Attempt) -> int | None:
        """How many are graded before it, 0 if it is being graded; None if it does not wait."""
        if attempt.id in self._active or any(one.id == attempt.id for one, _ in self._again):
            return 0
        newest, older = self._by_turn()
        ahead = next((at for at, one in enumerate([*newest, *older]) if one.id == attempt.id), None)
        return None if ahead is None else ahead + min(len(self._active), self._graders.at_once)

    @property
    def waiting(self) -> list[Attempt]:
        """All that has no grade yet, what is being graded first."""
        return [*self._active.values(), *(one for one, _ in self._again), *self._waiting]

    def __len__(self) -> int:
        return len(self.waiting)

    async def run(self) -> None:
        """Grade until it is cancelled."""
        loop = asyncio.get_running_loop()
        warm = [loop.run_in_executor(self._threads, self._graders.warm_up) for _ in range(self._graders.at_once)]
        await asyncio.gather(*warm)
        try:
            while True:
                self._begin_what_can()
                self._woken.clear()
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), LOOK_S)
        finally:
            for task in self._tasks:
                task.cancel()
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin_what_can(self) -> None:
        newest, older = self._by_turn()
        for attempt in newest:
            if not self._has_room:
                break
            if all(one.person != attempt.person for one in self._active.values()):
                self._take_turn(attempt)
        if self._active:
            return
        if self._again:
            attempt, first = self._again.pop(0)
            self._begin(attempt, first, is_last=True)
        elif older:
            self._take_turn(older[0])

    def _by_turn(self) -> tuple[list[Attempt], list[Attempt]]:
        """What waits: the newest of each person, and what can wait for a quiet moment."""
        newest = [one for one in self._waiting if one.id >= self._newest[one.person]]
        return newest, [one for one in self._waiting if one not in newest]

    def _take_turn(self, attempt: Attempt) -> None:
        self._waiting.remove(attempt)
        self._begin(attempt, None, is_last=self._graders.at_once == 1)

    @property
    def _has_room(self) -> bool:
        now_s = time.monotonic()
        quick = sum(now_s - begun_s < SLOW_S for begun_s in self._begun_s.values())
        return quick < self._graders.at_once and len(self._active) < MOST * self._graders.at_once

    def _begin(self, attempt: Attempt, first: Grade | None, is_last: bool) -> None:
        submission = self._desk.find(attempt)
        if submission is None:
            return
        self._active[attempt.id], self._begun_s[attempt.id] = attempt, time.monotonic()
        task = asyncio.get_running_loop().create_task(self._grade(attempt, submission, first, is_last))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _grade(self, attempt: Attempt, submission: Submission, first: Grade | None, is_last: bool) -> None:
        loop = asyncio.get_running_loop()
        try:
            outcome = await loop.run_in_executor(self._threads, self._graders.grade, submission, is_last)
            self._take(attempt, first, outcome)
        except Exception:  # the grader's own fault, the cluster's, a full disk: it is kept, and tried again
            _log.exception("an attempt could not be graded")
            loop.call_later(RETRY_S, self.add, [attempt])
        finally:
            del self._active[attempt.id], self._begun_s[attempt.id]
            self._woken.set()
        self._desk.changed()

    def _take(self, attempt: Attempt, first: Grade | None, outcome: Outcome) -> None:
        if not outcome.is_final:
            self._again.append((attempt, outcome.grade))
        elif outcome.grade is not None:
            self._desk.keep(attempt, better_of(first, outcome.grade))
