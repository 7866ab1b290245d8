"""A folder of notebooks to grades."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.util
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from grader.course.course import Course, load
from grader.judging.suite import Suite
from grader.kernel import fork_client as warm
from grader.kernel.fork_client import ForkServerClient
from grader.model import Config, Grade
from grader.pipeline import grade, lost
from grader.submissions.submission import Submission, from_file

COLLECT_EVERY = 10  # notebooks
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
    with engine(course, config, min(jobs, len(submissions)), warm_process) as graded:
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


@contextmanager
def engine(course: Course, config: Config, jobs: int, warm_process: ForkServerClient | None = None) -> Iterator[Engine]:
    """Grading in `jobs` processes, or in this one. `warm_process`: one to fork kernels from, for as many processes."""
    if jobs > 1:
        with in_workers(course, config, jobs, warm_process) as graded:
            yield graded
        return
    with Suite(course) as suite:
        yield lambda submissions: (
            (place, grade(submission, course, suite, config, warm_process))
            for place, submission in enumerate(submissions)
        )


@contextmanager
def in_workers(
    course: Course, config: Config, jobs: int, warm_process: ForkServerClient | None = None
) -> Iterator[Engine]:
    """Grading in `jobs` processes, which are ended in the middle of what they do if the block is left by an error."""
    crew = _Crew(course, config, jobs, warm_process)
    try:
        yield crew.graded
    except BaseException:
        end_workers()
        raise
    finally:
        crew.close()


class _Crew:
    """Worker processes, made anew when one of them was ended from outside."""

    def __init__(self, course: Course, config: Config, jobs: int, warm_process: ForkServerClient | None) -> None:
        self._course, self._config, self._jobs = course, config, jobs
        self._pool: ProcessPoolExecutor | None = workers(jobs, course.folder, config, warm_process)
        self._pool.submit(_begin)  # the workers start now, before there are threads that a fork would cut off

    def graded(self, submissions: Sequence[Submission]) -> Iterator[tuple[int, Grade]]:
        waiting = list(range(len(submissions)))
        while waiting:
            if self._pool is None:
                self._pool = workers(self._jobs, self._course.folder, self._config)
            places = {self._pool.submit(_work, submissions[place]): place for place in waiting}
            for future in as_completed(places):
                if not isinstance(future.exception(), BrokenProcessPool):
                    waiting.remove(places[future])
                    yield places[future], future.result()
            if waiting:
                self.close()
                # Work is taken up in order, so the one that took its worker with it is among the first.
                suspects, waiting = waiting[: self._jobs], waiting[self._jobs :]
                for place in suspects:
                    yield place, _alone(submissions[place], self._course, self._config)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _alone(submission: Submission, course: Course, config: Config) -> Grade:
    """Grade what was lost when a worker was ended from outside, in a worker of its own; twice is a fault."""
    for _ in range(2):
        with workers(1, course.folder, config) as pool, contextlib.suppress(BrokenProcessPool):
            return pool.submit(_work, submission).result()
    with Suite(course) as suite:
        return lost(submission, course, suite, config)


def workers(
    jobs: int, folder: Path, config: Config, warm_process: ForkServerClient | None = None
) -> ProcessPoolExecutor:
    """Processes in which `worker()` has the course in `folder`, its hidden tests and what kernels are forked from: with
    `warm_process`, which has as many connections, all from that one."""
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    settings = (folder, config, warm_process, context.Value("i", 0))
    return ProcessPoolExecutor(jobs, context, _start_worker, settings)


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


def _start_worker(
    folder: Path, config: Config, warm_process: ForkServerClient | None = None, started: Synchronized[int] | None = None
) -> None:
    """`warm_process`: one that all workers share, of which this is the `started`-th."""
    global _worker  # noqa: PLW0603  a worker process has one, and the executor gives it no other place
    if warm_process is None or started is None:
        warm_process = warm.start(config.kernel)
        if warm_process is not None:
            multiprocessing.util.Finalize(None, warm_process.close, exitpriority=10)
    else:
        with started.get_lock():
            index, started.value = started.value, started.value + 1
        warm_process.use(index)
        _stay_on_one_core(index)
    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    gc.freeze()  # what the worker shares with its parent needs no collecting
    gc.set_threshold(50_000, 20, 20)
    course = load(folder)
    _worker = Worker(course, Suite(course).__enter__(), config, warm_process)


def _stay_on_one_core(index: int) -> None:
    """A worker and its kernel take turns: on one core the one that waits wakes at once, from a cache that is warm."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[index % len(cores)]})


def _begin() -> None:
    pass


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
