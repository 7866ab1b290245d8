"""What runs in a worker process on this machine: it loads the course once, then grades one submission after another."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.util
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.pool import ExceptionWithTraceback  # type: ignore[attr-defined]  # typeshed lacks it
from pathlib import Path
from typing import Any

from grader.batch.sealed import Sealed, Sealing, to_bytes
from grader.config import Config
from grader.course.loader import load
from grader.kernel import fork_client
from grader.kernel.fork_client import ForkServerClient
from grader.model import Grade
from grader.pipeline import Grader, hidden_tests
from grader.submissions.submission import Submission

START_METHOD = "fork" if sys.platform == "linux" else "spawn"
COLLECT_EVERY = 10  # notebooks


@dataclass(frozen=True, slots=True)
class SharedForkServer:
    """A worker's share of the fork server that all workers use.

    Attributes:
        client: The fork server.
        connection: This worker's own.
        lane: Which of the lanes it is on, counted from 0.
        lanes: How many there are.
        kernels: Where the worker notes the process ids of its last kernels, of which several may run.
    """

    client: ForkServerClient
    connection: fork_client.Connection
    lane: int
    lanes: int
    kernels: memoryview


# ---- seen from the process that starts the workers


def process_pool(jobs: int, folder: Path, config: Config) -> ProcessPoolExecutor:
    """Worker processes for any function; in each of them `own_grader()` grades with the course in `folder`."""
    return ProcessPoolExecutor(jobs, multiprocessing.get_context(START_METHOD), start, (folder, config))


def end_processes() -> None:
    """End all worker processes in the middle of their work. Their kernels notice their end and end too."""
    for process in multiprocessing.active_children():
        process.terminate()


# ---- in a worker process

_grader: Grader | None = None
_sealing: Sealing | None = None
_count = 0


def own_grader() -> Grader:
    """This worker process's own."""
    assert _grader is not None
    return _grader


def serve(connection: Connection, folder: Path, config: Config, shared: SharedForkServer | None) -> None:
    """Answer each submission with its grade, sealed, or with the error that grading it raised, until None comes."""
    start(folder, config, shared)
    with contextlib.suppress(EOFError):
        while (submission := connection.recv()) is not None:
            try:
                answer: Any = _as_sent(grade(submission))
            except Exception as error:
                answer = ExceptionWithTraceback(error, error.__traceback__)
            connection.send(answer)


def start(folder: Path, config: Config, shared: SharedForkServer | None = None) -> None:
    """Make this process a worker, with a fork server of its own unless one is shared."""
    global _grader, _sealing  # noqa: PLW0603  a worker process has one, and the executor gives it no other place
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    _end_with_parent()
    fork_server = _start_fork_server(config) if shared is None else _join(shared)
    gc.freeze()  # what the worker shares with its parent needs no collecting
    gc.set_threshold(50_000, 20, 20)
    course = load(folder)
    _sealing = Sealing(course, config)
    _grader = Grader(course, hidden_tests(course).__enter__(), config, fork_server)


def _as_sent(grade: Grade) -> bytes | Grade:
    """Bytes are sent and read more easily than a thousand objects."""
    assert _sealing is not None  # as above
    answer = _sealing.seal(grade)
    return to_bytes(answer) if isinstance(answer, Sealed) else answer


def grade(submission: Submission) -> Grade:
    """Grade with this worker's own grader."""
    graded = own_grader().grade(submission)
    collect_garbage()
    return graded


def collect_garbage() -> None:
    """Collect what notebooks left behind, after every tenth one: left alone, Python does it in the middle of one."""
    global _count  # noqa: PLW0603  as above
    _count = (_count + 1) % COLLECT_EVERY
    if _count == 0:
        gc.collect(1)  # what is older has been looked at before


def _start_fork_server(config: Config) -> ForkServerClient | None:
    fork_server = fork_client.start(config.kernel, python=config.python, packages=config.packages)
    if fork_server is not None:
        multiprocessing.util.Finalize(None, fork_server.close, exitpriority=10)
    return fork_server


def _join(shared: SharedForkServer) -> ForkServerClient:
    shared.client.use(shared.connection, shared.kernels)
    if shared.lanes > 1:
        _stay_on_one_core(shared.lane)
    return shared.client


def _stay_on_one_core(lane: int) -> None:
    """A worker and its kernel take turns: on one core the one that waits wakes at once, with a warm cache."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[lane % len(cores)]})


def _end_with_parent() -> None:
    """A worker whose parent was killed outright must not wait for work forever."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
