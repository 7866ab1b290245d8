"""Grading on a running Dask cluster, through its futures: Dask distributes the work, repeats what was lost with a
worker, and brings the results back. A worker needs this grader installed, and no file of this machine.

A worker runs tasks in threads, perhaps several at once, but grading wants a process of its own, with its own hidden
tests and kernels. Therefore each thread has such a process, which is kept for later tasks.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from grader.batch.memory import MAX_MIB
from grader.batch.store import grader_version
from grader.batch.worker_process import (
    GradingProcess,
    Limit,
    LimitReached,
    WorkerDied,
    decode_grade,
    encode_setup,
    encode_submission,
)
from grader.batch.workers import Engine, better_of, time_limit_s
from grader.config import Config
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import msg
from grader.model import Grade
from grader.pipeline import open_grader
from grader.submissions.submission import Submission

if TYPE_CHECKING:
    from distributed import Client

CONNECT_TIMEOUT_S = 10
LOOK_EVERY_S = 1.0  # how often somebody looks how large the cluster is
WAITING_EACH = 4  # submissions that are at the cluster for each that is graded at once


class OtherVersion(Exception):
    """A worker of the cluster has another version of the grader."""


# ---- on this machine


@contextmanager
def open_cluster(address: str, course: Course, config: Config) -> Iterator[tuple[Engine, int]]:
    """An engine on the cluster whose scheduler is at `address`, and how many submissions it grades at once. Raise
    UsageError if it can't be used."""
    with _connect(address) as client:

        def engine(submissions: Sequence[Submission]) -> Iterator[tuple[int, Grade]]:
            return _grade(client, submissions, course, config)

        yield engine, _at_once(client)


def _at_once(client: Any) -> int:
    threads: int = sum(client.nthreads().values())
    return max(1, threads)


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(msg("--dask needs Dask: pip install distributed")) from error
    try:
        return Client(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        text = msg(
            "no Dask scheduler answers at {address} ({reason}). Start one with: dask scheduler, and workers with: dask "
            "worker ADDRESS",
            address=address,
            reason=str(error),
        )
        raise UsageError(text) from error


def _grade(
    client: Any, submissions: Sequence[Submission], course: Course, config: Config
) -> Iterator[tuple[int, Grade]]:
    """Grade all. Then those that lost their process, or ran out of time by the clock, once more, one after another: the
    others may have left them too little memory or time."""
    run = secrets.token_hex(8)
    setup = client.submit(_pass_on, encode_setup(course, config), key=f"course-{run}")
    has_company = min(len(submissions), _at_once(client)) > 1
    first: dict[int, Grade | None] = {}

    def begin(place: int, turn: str) -> Any:
        return _submit(client, submissions[place], setup, config, f"{turn}-{run}-{place}")

    try:
        for place, future in _as_answered(client, range(len(submissions)), partial(begin, turn="grade"), _Room(client)):
            grade = _collect(future, submissions[place], course, config)
            has_died = grade is None and future.exception() is not None
            if has_died or (has_company and (grade is None or grade.hurried)):
                first[place] = grade
            else:
                yield place, grade or _grade_unanswered(future, submissions[place], course, config)
        for place, future in _as_answered(client, [*first], partial(begin, turn="again"), lambda: 1):
            answer = _collect(future, submissions[place], course, config)
            answer = answer or _grade_unanswered(future, submissions[place], course, config)
            yield place, better_of(first.pop(place), answer)
    finally:
        client.cancel([setup])


class _Room:
    """How many submissions may be at the cluster at once: enough to keep it busy, as it is now. Each of them has its
    files in the memory of this process and of the scheduler."""

    def __init__(self, client: Any) -> None:
        self._client, self._looked_s, self._found = client, -math.inf, 0

    def __call__(self) -> int:
        if time.monotonic() - self._looked_s > LOOK_EVERY_S:
            self._found, self._looked_s = WAITING_EACH * _at_once(self._client), time.monotonic()
        return self._found


def _as_answered(
    client: Any, places: Iterable[int], begin: Callable[[int], Any], room: Callable[[], int]
) -> Iterator[tuple[int, Any]]:
    """The places with their futures, each as soon as it has an answer. `room`: how many may wait at once."""
    from distributed import as_completed

    left, begun = iter(places), dict[Any, int]()
    answered = as_completed((), loop=client.loop)

    def fill() -> None:
        for place in islice(left, max(0, room() - len(begun))):
            future = begin(place)
            begun[future] = place
            answered.add(future)

    try:
        fill()
        for future in answered:
            place = begun.pop(future)
            fill()
            yield place, future
    finally:
        client.cancel([*begun])


def _submit(client: Any, submission: Submission, setup: Any, config: Config, key: str) -> Any:
    """The future of a submission. `setup`: that of the course, which all share."""
    within_s = time_limit_s(submission, config)
    return client.submit(work, encode_submission(submission), setup, grader_version(), within_s, key=key, pure=False)


def _collect(future: Any, submission: Submission, course: Course, config: Config) -> Grade | None:
    """The grade; None if the process died or was out of time."""
    from distributed import KilledWorker

    try:
        answer = future.result()
    except WorkerDied:
        return None
    except KilledWorker:  # several workers in turn, of which each may have had other work
        with open_grader(course, config) as grader:
            return grader.grade_lost(submission)
    except OtherVersion as error:
        raise UsageError(msg("{reason}. Install the same version there.", reason=str(error))) from error
    except ModuleNotFoundError as error:
        text = msg("a worker of the cluster lacks this grader or a package that it needs: {reason}", reason=str(error))
        raise UsageError(text) from error
    if isinstance(answer, bytes):
        return decode_grade(answer)
    if answer is Limit.TIME:
        return None
    with open_grader(course, config) as grader:
        return grader.grade_overgrown(submission, 0.0, MAX_MIB)


def _grade_unanswered(future: Any, submission: Submission, course: Course, config: Config) -> Grade:
    """The grade of a submission that nothing came of."""
    with open_grader(course, config) as grader:
        if future.exception() is not None:
            return grader.grade_lost(submission)
        return grader.grade_overrun(submission, time_limit_s(submission, config))


# ---- on a worker


_lock = threading.Lock()
_idle: dict[str, list[GradingProcess]] = {}


def work(submission: bytes, setup: bytes, wanted: str, within_s: float) -> bytes | Limit:
    """The task: grade a submission. Returns the limit if one is reached. Raise WorkerDied if the grading process
    dies."""
    if grader_version() != wanted:
        raise OtherVersion(f"a worker of the cluster has grader {grader_version()}, this machine has {wanted}")
    run = hashlib.sha256(setup).hexdigest()
    process = _take_idle(run) or GradingProcess(setup)
    try:
        answer = process.grade(submission, within_s)
    except LimitReached as reached:
        return reached.limit
    with _lock:
        _idle.setdefault(run, []).append(process)
    return answer


def _take_idle(run: str) -> GradingProcess | None:
    """An idle process that is set up for this run. Those of other runs are ended."""
    with _lock:
        others = [process for name in [*_idle] if name != run for process in _idle.pop(name)]
        own = _idle.get(run)
        process = own.pop() if own else None
    for other in others:
        with contextlib.suppress(OSError):
            other.close()
    return process


def _pass_on(setup: bytes) -> bytes:
    """The course as a task's result: if the worker that holds it is lost, Dask makes it again."""
    return setup
