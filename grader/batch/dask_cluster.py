"""Grading on a running Dask cluster, through its futures: Dask distributes the work, repeats what was lost with a
worker, and brings the results back. A worker needs this grader installed, and no file of this machine.

A worker runs tasks in threads, perhaps several at once, but grading wants a process of its own, with its own hidden
tests and kernels. Therefore each thread has such a process, which is kept for later tasks.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import math
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, Union

from grader.batch.memory import MAX_MIB
from grader.batch.sealed import Answer, score
from grader.batch.store import grader_version
from grader.batch.worker_process import (
    GradingProcess,
    Limit,
    LimitReached,
    WorkerDied,
    decode_answer,
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
WAITING_EACH = 2  # tasks that are at the cluster for each that is at work
TOGETHER = 8  # submissions of a task, at most


class Loss(Enum):
    """What was lost instead of an answer."""

    PROCESS = "the grading process"
    WORKERS = "several workers in turn"


Raw = Union[bytes, Limit, Loss]
"""What comes back of a submission: the answer of a grading process, or why there is none."""
Work = Callable[[bytes, bytes, str, float], Union[bytes, Limit]]
Item = TypeVar("Item")


class OtherVersion(Exception):
    """A worker of the cluster has another version of the grader."""


# ---- on this machine


@contextmanager
def open_cluster(address: str, course: Course, config: Config) -> Iterator[tuple[Engine, int]]:
    """An engine on the cluster whose scheduler is at `address`, and how many submissions it grades at once. Raise
    UsageError if it can't be used."""
    with _connect(address) as client:

        def engine(submissions: Sequence[Submission]) -> Iterator[tuple[int, Answer]]:
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
) -> Iterator[tuple[int, Answer]]:
    """Grade all. Then those that lost their process or their workers, or ran out of time by the clock, once more, one
    after another: the others may be to blame, or have left them too little memory or time."""
    run, number = secrets.token_hex(8), itertools.count()
    setup = client.submit(_pass_on, encode_setup(course, config), key=f"course-{run}")
    at_once = _at_once(client)
    has_company = min(len(submissions), at_once) > 1
    first: dict[int, Answer | None] = {}

    def begin(group: range) -> Any:
        return _submit(client, [submissions[place] for place in group], setup, config, f"grade-{run}-{next(number)}")

    def answers(groups: Iterable[range], room: Callable[[], int]) -> Iterator[tuple[int, Raw]]:
        for group, future in _as_answered(client, groups, begin, room):
            yield from zip(group, _collect(future) or [Loss.WORKERS] * len(group), strict=True)

    try:
        for place, raw in answers(_groups(len(submissions), at_once), _Room(client)):
            answer = _answer(raw, submissions[place], course, config)
            if isinstance(raw, Loss) or (has_company and (answer is None or score(answer).hurried)):
                first[place] = answer
            else:
                yield place, answer or _grade_unanswered(raw, submissions[place], course, config)
        for place, raw in answers([range(place, place + 1) for place in first], lambda: 1):
            answer = _answer(raw, submissions[place], course, config)
            answer = answer or _grade_unanswered(raw, submissions[place], course, config)
            yield place, better_of(first.pop(place), answer)
    finally:
        client.cancel([setup])


def _groups(count: int, at_once: int) -> Iterator[range]:
    """The places of all submissions, in order, those of a task together. Each task has its price for the scheduler and
    for this machine; but at the end tasks are small, so that all workers are busy to the last."""
    start = 0
    while start < count:
        size = min(TOGETHER, max(1, (count - start) // (2 * at_once)))
        yield range(start, start + size)
        start += size


class _Room:
    """How many tasks may be at the cluster at once: enough to keep it busy, as it is now. Each of them has its files in
    the memory of this process and of the scheduler."""

    def __init__(self, client: Any) -> None:
        self._client, self._looked_s, self._found = client, -math.inf, 0

    def __call__(self) -> int:
        if time.monotonic() - self._looked_s > LOOK_EVERY_S:
            self._found, self._looked_s = WAITING_EACH * _at_once(self._client), time.monotonic()
        return self._found


def _as_answered(
    client: Any, items: Iterable[Item], begin: Callable[[Item], Any], room: Callable[[], int]
) -> Iterator[tuple[Item, Any]]:
    """The items with their futures, each as soon as it has an answer. `room`: how many may wait at once."""
    from distributed import as_completed

    left, begun = iter(items), dict[Any, Item]()
    answered = as_completed((), loop=client.loop)

    def fill() -> None:
        for item in islice(left, max(0, room() - len(begun))):
            future = begin(item)
            begun[future] = item
            answered.add(future)

    try:
        fill()
        for future in answered:
            item = begun.pop(future)
            fill()
            yield item, future
    finally:
        client.cancel([*begun])


def _submit(client: Any, submissions: Sequence[Submission], setup: Any, config: Config, key: str) -> Any:
    """The future of some submissions. `setup`: that of the course, which all share."""
    within_s = [time_limit_s(one, config) for one in submissions]
    encoded = [*map(encode_submission, submissions)]
    return client.submit(work_through, work, encoded, setup, grader_version(), within_s, key=key, pure=False)


def _collect(future: Any) -> list[Raw] | None:
    """The answers of a task; None if several workers died in turn that had it, perhaps of other work."""
    from distributed import KilledWorker

    try:
        answers: list[Raw] = future.result()
    except KilledWorker:
        return None
    except OtherVersion as error:
        raise UsageError(msg("{reason}. Install the same version there.", reason=str(error))) from error
    except ModuleNotFoundError as error:
        text = msg("a worker of the cluster lacks this grader or a package that it needs: {reason}", reason=str(error))
        raise UsageError(text) from error
    return answers


def _answer(raw: Raw, submission: Submission, course: Course, config: Config) -> Answer | None:
    """The grade; None if the process died or was out of time."""
    if isinstance(raw, bytes):
        return decode_answer(raw)
    if raw is not Limit.MEMORY:
        return None
    with open_grader(course, config) as grader:
        return grader.grade_overgrown(submission, 0.0, MAX_MIB)


def _grade_unanswered(raw: Raw, submission: Submission, course: Course, config: Config) -> Grade:
    """The grade of a submission that nothing came of."""
    with open_grader(course, config) as grader:
        if isinstance(raw, Loss):
            return grader.grade_lost(submission)
        return grader.grade_overrun(submission, time_limit_s(submission, config))


# ---- on a worker


_lock = threading.Lock()
_idle: dict[str, list[GradingProcess]] = {}


def work_through(
    work: Work, submissions: Sequence[bytes], setup: bytes, wanted: str, within_s: Sequence[float]
) -> list[Raw]:
    """The task: grade some submissions, one after another. What happens to one costs no other its grade."""
    answers: list[Raw] = []
    for submission, limit_s in zip(submissions, within_s, strict=True):
        try:
            answers.append(work(submission, setup, wanted, limit_s))
        except WorkerDied:
            answers.append(Loss.PROCESS)
    return answers


def work(submission: bytes, setup: bytes, wanted: str, within_s: float) -> bytes | Limit:
    """Grade a submission. Returns the limit if one is reached. Raise WorkerDied if the grading process dies."""
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
