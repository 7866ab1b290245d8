"""Worker processes that grade many submissions at once, and are ended from outside if one overruns its time or takes
too much memory."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from mmap import PAGESIZE, mmap
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, TypeVar

from grader.batch import local_worker, memory
from grader.batch.lanes import Activity, most_at_once
from grader.batch.local_worker import START_METHOD, SharedForkServer
from grader.batch.sealed import Answer, from_bytes, score, whole
from grader.config import Config
from grader.course.course import Course
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.sandbox.supervisor import family, held_bytes
from grader.model import Grade
from grader.pipeline import open_grader, submission_time_s
from grader.ready import hidden_folders
from grader.submissions.submission import Submission

GRACE_S = 15.0  # what is left for the end of a notebook that has used up its time
END_TIMEOUT_S = 5.0
KERNELS = 4  # how many of a worker's last ones are looked at: at most two run at once
Engine = Callable[[Sequence[Submission]], Iterator[tuple[int, Answer]]]
"""Grades submissions: yields the place of each, counted from 0, with its grade as soon as that is there."""
Some = TypeVar("Some", bound=Answer)


def grade_all(
    submissions: Sequence[Submission],
    course: Course,
    config: Config,
    jobs: int = 1,
    fork_server: ForkServerClient | None = None,
    progress: Callable[[Grade], None] | None = None,
) -> list[Grade]:
    """Grades in the order of `submissions`, `jobs` at once. `progress` is called with each as soon as it is there."""
    hidden = hidden_folders([file.path.parent for submission in submissions for file in submission.files], course)
    config = replace(config, hidden=(*config.hidden, *hidden))
    jobs = min(jobs, len(submissions))
    grades: dict[int, Grade] = {}
    with (
        open_workers(course, config, jobs, fork_server)
        if jobs > 1 or _can_fork()
        else _open_here(course, config, fork_server)
    ) as engine:
        for place, answer in engine(submissions):
            grades[place] = whole(answer)
            if progress is not None:
                progress(grades[place])
    return [grades[place] for place in range(len(submissions))]


def time_limit_s(submission: Submission, config: Config) -> float:
    """After how long the process that grades a submission is ended from outside. Each attempt ends itself before that,
    if it can."""
    return submission_time_s(len(submission.attempts), config.limits) + GRACE_S


@contextmanager
def open_workers(
    course: Course, config: Config, jobs: int, fork_server: ForkServerClient | None = None
) -> Iterator[Engine]:
    """An engine of worker processes on `jobs` lanes. If the block is left by an error, they are ended in the middle of
    their work. `fork_server` has a connection for each of them; those that get none have a fork server of their own."""
    pool = WorkerPool(course, config, jobs, fork_server)
    try:
        yield pool.grade
    except BaseException:
        pool.end()
        raise
    finally:
        pool.close()


@contextmanager
def _open_here(course: Course, config: Config, fork_server: ForkServerClient | None) -> Iterator[Engine]:
    """An engine in this process, which nothing ends from outside."""
    with open_grader(course, config, fork_server) as grader:
        yield lambda submissions: ((place, grader.grade(one)) for place, one in enumerate(submissions))


def _can_fork() -> bool:
    """Whether a worker process can be started without importing the caller's script."""
    return START_METHOD == "fork" and not multiprocessing.current_process().daemon


class WorkerPool:
    """Worker processes, each replaced when it has died or has to be ended. What happens to one submission costs no
    other its grade.

    On each lane one of them is at work. Those beside it wait, for a limit of time or for what never comes, and need
    no processor for it.
    """

    def __init__(self, course: Course, config: Config, jobs: int, fork_server: ForkServerClient | None) -> None:
        self._course, self._config, self._fork_server = course, config, fork_server
        self._lanes = range(jobs)
        self._most = most_at_once(jobs, config.limits.memory_mib)
        self._connections = iter(range(fork_server.connections if fork_server is not None else 0))
        # They start now, before there are threads that a fork would cut off.
        self._workers = [self._start(lane) for lane in self._lanes]

    def grade(self, submissions: Sequence[Submission]) -> Iterator[tuple[int, Answer]]:
        """An Engine."""
        for worker in self._busy:  # with a submission that nobody waits for any more
            self._replace(worker)
        waiting, repeats = deque(range(len(submissions))), deque[int]()
        first: dict[int, Answer | None] = {}  # of those that are graded twice
        self._hand_out(submissions, waiting, repeats)
        while self._busy:
            found: list[tuple[int, Answer]] = []
            for worker in self._wait(bool(waiting)):
                place = worker.place
                assert place is not None
                answer = worker.receive()
                if isinstance(answer, BaseException):
                    yield from found
                    raise answer
                if answer is None:
                    answer = self._grade_unanswered(worker, submissions[place], place in first)
                if place not in first and (answer is None or (score(answer).hurried and self._had_company)):
                    first[place] = answer
                    repeats.append(place)
                elif answer is not None:
                    found.append((place, better_of(first.get(place), answer)))
            self._hand_out(submissions, waiting, repeats)  # who has answered goes on while the answers are kept
            yield from found

    def end(self) -> None:
        """End all workers at once, in the middle of their work."""
        for worker in self._workers:
            worker.end()

    def close(self) -> None:
        """Let all workers end."""
        for worker in self._workers:
            worker.dismiss()
        for worker in self._workers:
            worker.end(END_TIMEOUT_S)

    @property
    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.place is not None]

    @property
    def _had_company(self) -> bool:
        """Whether what is graded for the first time shares the machine with others."""
        return len(self._workers) > 1

    def _hand_out(self, submissions: Sequence[Submission], waiting: deque[int], repeats: deque[int]) -> None:
        """Give work to whoever has none. What lost its worker, or ran out of time by the clock, is repeated alone: the
        others may have left it too little memory or time."""
        for lane in self._lanes:
            if waiting and self._is_free(lane) and (worker := self._take(lane)) is not None:
                self._begin(worker, waiting.popleft(), submissions)
        if repeats and not waiting and not self._busy and (worker := self._take(0)) is not None:
            self._begin(worker, repeats.popleft(), submissions)

    def _begin(self, worker: _Worker, place: int, submissions: Sequence[Submission]) -> None:
        worker.begin(place, submissions[place], time_limit_s(submissions[place], self._config))

    def _take(self, lane: int) -> _Worker | None:
        """A worker of this lane that has nothing to do; None if there is none, and the machine has none to give."""
        for worker in self._workers:
            if worker.lane == lane and worker.place is None:
                return self._replace(worker) if worker.is_worn else worker
        try:
            self._workers.append(self._start(lane))
        except OSError:  # no process or descriptor is left: then those that wait hold up their lane
            self._most = len(self._workers)
            return None
        return self._workers[-1]

    def _is_free(self, lane: int) -> bool:
        """Whether nobody is at work there, and there may be somebody."""
        own = [worker for worker in self._workers if worker.lane == lane]
        has_room = len(self._workers) < self._most or any(worker.place is None for worker in own)
        return has_room and all(worker.place is None or worker.is_waiting for worker in own)

    def _wait(self, is_more: bool) -> list[_Worker]:
        """The workers that have answered, have died, have used up their time or hold too much memory: at least one,
        unless there is more to do and a lane is free for it."""
        while True:
            left_s = min(worker.look_s for worker in self._busy) - time.monotonic()
            heard = wait([worker.connection for worker in self._busy], max(0.0, left_s))
            found = [worker for worker in self._busy if worker.connection in heard or worker.is_over_a_limit]
            if found or (is_more and any(map(self._is_free, self._lanes))):
                return found

    def _start(self, lane: int) -> _Worker:
        index = next(self._connections, None)
        if index is None or self._fork_server is None:
            return _Worker(self._course, self._config, lane)
        kernels = memoryview(mmap(-1, PAGESIZE)).cast("i")[:KERNELS]
        shared = SharedForkServer(self._fork_server, index, lane, len(self._lanes), kernels)
        return _Worker(self._course, self._config, lane, shared)

    def _replace(self, worker: _Worker) -> _Worker:
        worker.end()
        new = self._workers[self._workers.index(worker)] = self._start(worker.lane)
        return new

    def _grade_unanswered(self, worker: _Worker, submission: Submission, repeated: bool) -> Grade | None:
        """The grade of a submission whose worker has died or is over a limit; None if it is to be graded again."""
        took_s, overrun, overgrown = time.monotonic() - worker.begun_s, worker.is_overrun, worker.is_overgrown
        self._replace(worker)
        if overgrown:
            with open_grader(self._course, self._config) as grader:
                return grader.grade_overgrown(submission, took_s, memory.MAX_MIB)
        if not repeated and (self._had_company or not overrun):
            return None
        with open_grader(self._course, self._config) as grader:
            return grader.grade_overrun(submission, took_s) if overrun else grader.grade_lost(submission)


def better_of(first: Some | None, again: Some) -> Some:
    """What counts of a submission that was graded twice."""
    return again if first is None else max(again, first, key=_merit)


def _merit(answer: Answer) -> tuple[bool, float]:
    grade = score(answer)
    return not grade.faulted, grade.score + grade.bonus


class _Worker:
    """A worker process, seen from the one that gives it work.

    Attributes:
        connection: The way to it.
        lane: Which one it is on.
        place: The place of the submission that it grades, counted from 0; None if it has none.
        begun_s: When it was given that submission, on the monotonic clock.
        deadline: When its time for that submission is over, on the same clock.
        look_s: When somebody has to look at it, if it has not answered before.
    """

    def __init__(self, course: Course, config: Config, lane: int, shared: SharedForkServer | None = None) -> None:
        context: Any = multiprocessing.get_context(START_METHOD)  # typeshed's has no Process
        self.connection, theirs = context.Pipe()
        arguments = (theirs, course.named, config, shared)
        self._process = context.Process(target=local_worker.serve, args=arguments, daemon=True)
        self._process.start()
        self._inherited = held_bytes(self._process.pid)
        theirs.close()
        self.lane = lane
        self._kernels = shared.kernels if shared is not None else ()
        self._activity = Activity(self._processes)
        self.place: int | None = None
        self.begun_s = 0.0
        self.deadline = self.look_s = math.inf

    @property
    def is_overrun(self) -> bool:
        return time.monotonic() >= self.deadline

    @property
    def is_overgrown(self) -> bool:
        return memory.is_overgrown(self._process.pid, self._inherited)

    @property
    def is_over_a_limit(self) -> bool:
        """Whether it is, if it is time to look."""
        now_s = time.monotonic()
        if now_s < self.look_s:
            return False
        self.look_s = min(self.deadline, now_s + memory.LOOK_S)
        return self.is_overrun or self.is_overgrown

    @property
    def is_waiting(self) -> bool:
        """Whether neither it nor its kernels have anything to do just now."""
        self._activity.look()
        return self._activity.is_waiting

    def _processes(self) -> Iterator[int]:
        """Its own and its kernels', which may be children of a fork server that others share."""
        yield from family(self._process.pid)
        for pid in self._kernels:
            if pid and Path(f"/proc/{pid}").exists():
                yield from family(pid)

    @property
    def is_worn(self) -> bool:
        return memory.is_worn(self._process.pid, self._inherited)

    def begin(self, place: int, submission: Submission, within_s: float) -> None:
        self.place, self.begun_s = place, time.monotonic()
        self.deadline = self.begun_s + within_s
        self.look_s = min(self.deadline, self.begun_s + memory.LOOK_S)
        self._activity.begin()
        with contextlib.suppress(OSError):  # a dead worker is noticed when its answer is waited for
            self.connection.send(submission)

    def receive(self) -> Answer | BaseException | None:
        """The grade, or an error that ends the run; None if it has died or has not answered."""
        try:
            if not self.connection.poll():
                return None
            answer: bytes | Grade | BaseException = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.place, self.deadline, self.look_s = None, math.inf, math.inf
        return from_bytes(answer) if isinstance(answer, bytes) else answer

    def dismiss(self) -> None:
        """Let it end when it has nothing left to do."""
        with contextlib.suppress(OSError):
            self.connection.send(None)

    def end(self, within_s: float = 0) -> None:
        """End it after this time, whatever it does. Its kernels notice its end and end too."""
        self._process.join(within_s)
        self._process.kill()
        self._process.join(END_TIMEOUT_S)
        self.connection.close()
