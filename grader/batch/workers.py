"""A folder of notebooks to grades."""

from __future__ import annotations

import contextlib
import gc
import math
import multiprocessing
import multiprocessing.util
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.pool import ExceptionWithTraceback  # type: ignore[attr-defined]  # typeshed lacks it
from pathlib import Path
from typing import Any

from grader.course.course import Course, load
from grader.judging.suite import Suite
from grader.kernel import fork_client as warm
from grader.kernel.fork_client import ForkServerClient
from grader.model import Config, Grade
from grader.pipeline import grade, lost, overran
from grader.submissions.submission import Submission, from_file

COLLECT_EVERY = 10  # notebooks
GRACE_S = 15.0  # what is left for the end of a notebook that has had its time
END_TIMEOUT_S = 5.0
_METHOD = "fork" if sys.platform == "linux" else "spawn"
Engine = Callable[[Sequence[Submission]], Iterator[tuple[int, Grade]]]
"""Grades entries: each one's place and grade, as soon as it is there."""


def grade_all(
    submission: Sequence[Path | Submission],
    course: Course,
    config: Config,
    jobs: int = 1,
    warm_process: ForkServerClient | None = None,
    progress: Callable[[Grade], None] | None = None,
) -> list[Grade]:
    """Grades in the order of `handed_in`; `jobs` at once, each worker with hidden tests of its own."""
    submissions = [from_file(item) if isinstance(item, Path) else item for item in submission]
    hidden = hidden_folders([file.path.parent for submission in submissions for file in submission.files], course)
    config = replace(config, hidden=(*config.hidden, *hidden))
    grades: dict[int, Grade] = {}
    jobs = min(jobs, len(submissions))
    apart = jobs > 1 or _may_fork()
    with engine(course, config, jobs, warm_process) if apart else here(course, config, warm_process) as graded:
        for place, result in graded(submissions):
            grades[place] = result
            if progress is not None:
                progress(result)
    return [grades[place] for place in range(len(submissions))]


def hidden_folders(folders: Iterable[Path], course: Course) -> tuple[str, ...]:
    """The course, and the folders of submissions: one participant's code must not see another's. Of folders one inside
    the other, the outer."""
    found = {folder.resolve() for folder in (*folders, course.folder)}
    outer = {folder for folder in found if found.isdisjoint(folder.parents)}
    return tuple(sorted(str(folder) for folder in outer if folder != Path(folder.anchor)))


def _may_fork() -> bool:
    """Whether a process can be made that asks nothing of the caller's script."""
    return _METHOD == "fork" and not multiprocessing.current_process().daemon


@contextmanager
def here(course: Course, config: Config, warm_process: ForkServerClient | None = None) -> Iterator[Engine]:
    """Grading in this process, which nothing ends."""
    with Suite(course) as suite:
        yield lambda submissions: (
            (place, grade(submission, course, suite, config, warm_process))
            for place, submission in enumerate(submissions)
        )


@contextmanager
def engine(course: Course, config: Config, jobs: int, warm_process: ForkServerClient | None = None) -> Iterator[Engine]:
    """Grading in `jobs` processes beside this one, which ends what overruns its time. They are ended in the middle of
    what they do if the block is left by an error. `warm_process`: one to fork kernels from, for as many processes."""
    crew = Crew(course, config, jobs, warm_process)
    try:
        yield crew.graded
    except BaseException:
        crew.end()
        raise
    finally:
        crew.close()


class Hand:
    """A worker process, seen from the one that gives it work, and the place of the entry that it has, if any."""

    def __init__(self, course: Course, config: Config, shared: Shared | None = None) -> None:
        context: Any = multiprocessing.get_context(_METHOD)  # typeshed's has no Process
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, course.folder, config, shared), daemon=True)
        self._process.start()
        theirs.close()
        self.place: int | None = None
        self.begun = 0.0
        self.deadline = math.inf

    def begin(self, place: int, submission: Submission, within_s: float) -> None:
        self.place, self.begun = place, time.monotonic()
        self.deadline = self.begun + within_s
        with contextlib.suppress(OSError):  # that it has ended shows when its answer is waited for
            self.connection.send(submission)

    def answer(self) -> Grade | BaseException | None:
        """A grade, or an error that ends the run; None where it has ended, or has not answered."""
        try:
            if not self.connection.poll():
                return None
            answer: Grade | BaseException = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.place, self.deadline = None, math.inf
        return answer

    def dismiss(self) -> None:
        """Let it end when it has nothing left to do."""
        with contextlib.suppress(OSError):
            self.connection.send(None)

    def end(self, within_s: float = 0) -> None:
        """After so long whatever it does. Its kernels end with it: what is above these sees it."""
        self._process.join(within_s)
        self._process.kill()
        self._process.join(END_TIMEOUT_S)
        self.connection.close()


class Crew:
    """Worker processes, each replaced when it has ended or has to be. What one entry does costs no other its grade."""

    def __init__(self, course: Course, config: Config, jobs: int, warm_process: ForkServerClient | None) -> None:
        self._course, self._config = course, config
        shared = [Shared(warm_process, index, jobs) if warm_process else None for index in range(jobs)]
        # They start now, before there are threads that a fork would cut off.
        self._hands = [Hand(course, config, one) for one in shared]

    def graded(self, submissions: Sequence[Submission]) -> Iterator[tuple[int, Grade]]:
        for hand in self._busy:  # with what nobody waits for any more
            self._replace(hand)
        waiting, lost_once = deque(range(len(submissions))), deque[int]()
        repeated: set[int] = set()
        while waiting or lost_once or self._busy:
            for hand in [hand for hand in self._hands if hand.place is None]:
                if waiting:
                    self._begin(hand, waiting.popleft(), submissions)
                elif lost_once and not self._busy:  # alone: it may be memory that lacked
                    self._begin(hand, lost_once.popleft(), submissions)
            for hand in self._due():
                place = hand.place
                assert place is not None
                answer = hand.answer()
                if isinstance(answer, BaseException):
                    raise answer
                if answer is None:
                    answer = self._ended(hand, submissions[place], place in repeated)
                if answer is not None:
                    yield place, answer
                else:
                    repeated.add(place)
                    lost_once.append(place)

    @property
    def _busy(self) -> list[Hand]:
        return [hand for hand in self._hands if hand.place is not None]

    def _begin(self, hand: Hand, place: int, submissions: Sequence[Submission]) -> None:
        hand.begin(place, submissions[place], wall_s(submissions[place], self._config))

    def _due(self) -> list[Hand]:
        """Those that have answered, have ended, or have had their time, after waiting for the first."""
        first = min(hand.deadline for hand in self._busy)
        heard = wait([hand.connection for hand in self._busy], max(0.0, first - time.monotonic()))
        now = time.monotonic()
        return [hand for hand in self._busy if hand.connection in heard or now >= hand.deadline]

    def _replace(self, hand: Hand) -> None:
        hand.end()
        self._hands[self._hands.index(hand)] = Hand(self._course, self._config)

    def _ended(self, hand: Hand, submission: Submission, repeated: bool) -> Grade | None:
        """The grade of an entry whose worker has ended, or has to be; None where it is to be graded once more."""
        took_s, overrun = time.monotonic() - hand.begun, time.monotonic() >= hand.deadline
        self._replace(hand)
        if not overrun and not repeated:
            return None
        with Suite(self._course) as suite:
            if overrun:
                return overran(submission, self._course, suite, self._config, took_s)
            return lost(submission, self._course, suite, self._config)

    def end(self) -> None:
        """At once, in the middle of whatever they do."""
        for hand in self._hands:
            hand.end()

    def close(self) -> None:
        for hand in self._hands:
            hand.dismiss()
        for hand in self._hands:
            hand.end(END_TIMEOUT_S)


@dataclass(frozen=True, slots=True)
class Shared:
    """The warm process that all workers have in common, and which of them this one is."""

    warm: ForkServerClient
    index: int
    workers: int


def wall_s(submission: Submission, config: Config) -> float:
    """After how long whatever grades an entry is ended from outside. Each attempt ends itself before, if it can."""
    return max(1, len(submission.attempts)) * config.limits.total_timeout_s + GRACE_S


def workers(jobs: int, folder: Path, config: Config) -> ProcessPoolExecutor:
    """Processes in which `worker()` has the course in `folder`, its hidden tests and what kernels are forked from."""
    return ProcessPoolExecutor(jobs, multiprocessing.get_context(_METHOD), _start_worker, (folder, config))


def end_workers() -> None:
    """End the workers in the middle of what they do. Their kernels end with them: what is above these sees it."""
    for process in multiprocessing.active_children():
        process.terminate()


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker process keeps for all that it is given to do."""

    course: Course
    suite: Suite
    config: Config
    warm: ForkServerClient | None


_worker: Worker | None = None


def worker() -> Worker:
    """This worker process's own."""
    assert _worker is not None
    return _worker


def _start_worker(folder: Path, config: Config, shared: Shared | None = None) -> None:
    global _worker  # noqa: PLW0603  a worker process has one, and the executor gives it no other place
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _end_with_parent()
    if shared is None:
        warm_process = warm.start(config.kernel)
        if warm_process is not None:
            multiprocessing.util.Finalize(None, warm_process.close, exitpriority=10)
    else:
        warm_process = shared.warm
        warm_process.use(shared.index)
        if shared.workers > 1:
            _stay_on_one_core(shared.index)
    gc.freeze()  # what the worker shares with its parent needs no collecting
    gc.set_threshold(50_000, 20, 20)
    course = load(folder)
    _worker = Worker(course, Suite(course).__enter__(), config, warm_process)


def _serve(connection: Connection, folder: Path, config: Config, shared: Shared | None) -> None:
    """A worker's work: an answer to each entry, until there are no more."""
    _start_worker(folder, config, shared)
    with contextlib.suppress(EOFError):
        while (submission := connection.recv()) is not None:
            try:
                answer: Any = _work(submission)
            except Exception as error:
                answer = ExceptionWithTraceback(error, error.__traceback__)
            connection.send(answer)


def _stay_on_one_core(index: int) -> None:
    """A worker and its kernel take turns: on one core the one that waits wakes at once, from a cache that is warm."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[index % len(cores)]})


def _work(submission: Submission) -> Grade:
    own = worker()
    graded = grade(submission, own.course, own.suite, own.config, own.warm)
    tidy()
    return graded


_since_tidied = 0


def tidy() -> None:
    """Collect all that notebooks left behind, every now and then; Python would do it in the middle of one, seldom."""
    global _since_tidied  # noqa: PLW0603  as above
    _since_tidied = (_since_tidied + 1) % COLLECT_EVERY
    if _since_tidied == 0:
        gc.collect()


def _end_with_parent() -> None:
    """A worker whose parent was killed outright must not wait for work for ever."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
