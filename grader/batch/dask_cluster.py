"""Grading on a Dask cluster that is there already, through its futures: Dask distributes, repeats what was lost with a
worker, and gives results back. A worker needs this grader installed, and nothing of this machine's files.

A task runs in a thread of its worker, of which there may be several. Grading wants a process of its own (its hidden
tests' pytest session, its kernels' parent), so that each thread has one, kept for the tasks to come.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grader.batch import worker_process as remote
from grader.batch.store import program
from grader.batch.workers import Engine, wall_s
from grader.course.course import Course
from grader.errors import UsageError
from grader.judging.suite import Suite
from grader.model import Config, Grade
from grader.pipeline import lost, overran
from grader.submissions.submission import Submission

if TYPE_CHECKING:
    from distributed import Client

CONNECT_TIMEOUT_S = 10
REPEATS = 1


class OtherGrader(Exception):
    """A worker has another version of the grader than the one that asks."""


# ---- on this machine


@contextmanager
def on_dask(address: str, course: Course, config: Config) -> Iterator[tuple[Engine, int]]:
    """Grading on the cluster whose scheduler is at `address`, and how many it grades at once. Raise UsageError."""
    with _connected(address) as client:

        def graded(submissions: Sequence[Submission]) -> Iterator[tuple[int, Grade]]:
            return _graded(client, submissions, course, config)

        yield graded, max(1, sum(client.nthreads().values()))


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("--dask needs Dask: pip install 'grader[dask]'") from error
    try:
        return Client(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no Dask scheduler answers at {address} ({error}). Start one with: dask scheduler, and workers with: "
            "dask worker ADDRESS"
        ) from error


def _graded(
    client: Any, submissions: Sequence[Submission], course: Course, config: Config
) -> Iterator[tuple[int, Grade]]:
    from distributed import as_completed

    run = secrets.token_hex(8)
    shared = client.submit(_same, remote.setup(course, config), key=f"course-{run}")
    futures = {
        client.submit(
            work,
            remote.encode_submission(submission),
            shared,
            program(),
            wall_s(submission, config),
            key=f"grade-{run}-{place}",
            pure=False,
            retries=REPEATS,
        ): place
        for place, submission in enumerate(submissions)
    }
    try:
        for future in as_completed(futures, loop=client.loop):
            submission = submissions[futures[future]]
            yield futures[future], _result(future, submission, course, config)
    finally:
        client.cancel([*futures, shared])


def _result(future: Any, submission: Submission, course: Course, config: Config) -> Grade:
    from distributed import KilledWorker

    try:
        answer = future.result()
        if answer is not None:
            return remote.grade_of(answer)
        with Suite(course) as suite:
            return overran(submission, course, suite, config, wall_s(submission, config))
    except (remote.WorkerDied, KilledWorker):
        with Suite(course) as suite:
            return lost(submission, course, suite, config)
    except OtherGrader as error:
        raise UsageError(f"{error}. Install the same version there.") from error
    except ModuleNotFoundError as error:
        raise UsageError(f"a worker of the cluster lacks this grader or what it needs: {error}") from error


# ---- on a worker


_lock = threading.Lock()
_idle: dict[str, list[remote.Process]] = {}


def work(encode_submission: bytes, setup: bytes, wanted: str, within_s: float) -> bytes | None:
    """Grade an entry. None where that takes too long. Raise Gone where the process is ended from outside; Dask then
    repeats it."""
    if program() != wanted:
        raise OtherGrader(f"a worker of the cluster has grader {program()}, here it is {wanted}")
    known = hashlib.sha256(setup).hexdigest()
    process = _take(known) or remote.Process(setup)
    try:
        answer = process.grade(encode_submission, within_s)
    except remote.Overran:
        return None
    with _lock:
        _idle.setdefault(known, []).append(process)
    return answer


def _take(known: str) -> remote.Process | None:
    """A process that is set up for this run; those of other runs end."""
    with _lock:
        others = [process for name in [*_idle] if name != known for process in _idle.pop(name)]
        own = _idle.get(known)
        process = own.pop() if own else None
    for other in others:
        with contextlib.suppress(OSError):
            other.close()
    return process


def _same(value: bytes) -> bytes:
    """The course as a task's result: if the worker that has it is lost, Dask makes it again."""
    return value
