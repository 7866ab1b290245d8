"""Grading processes for a server: each grades one notebook at a time, is kept warm, and is replaced when it dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch.memory import MAX_MIB
from grader.batch.sealed import whole
from grader.batch.worker_process import (
    GradingProcess,
    Limit,
    LimitReached,
    WorkerDied,
    decode_answer,
    encode_setup,
    encode_submission,
)
from grader.batch.workers import Engine, time_limit_s
from grader.config import Config
from grader.course.course import Course
from grader.errors import SandboxError, UsageError
from grader.i18n import msg
from grader.kernel import session
from grader.model import Cell, Grade, Notebook
from grader.pipeline import Grader, open_grader
from grader.ready import hidden_folders, ready_for
from grader.submissions.submission import File, Submission

GradeOne = Callable[[Submission, bool], "Outcome"]
"""Grades a submission, in any thread. The flag: whether it is the last try, alone on the machine."""
_NOTHING = b'{"cells": [{"cell_type": "code", "metadata": {}, "source": "pass"}], "metadata": {}, "nbformat": 4}'
_PROBE = Submission("probe", "probe.ipynb", ((File("probe.ipynb", "probe.ipynb", data=_NOTHING),),))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of grading a submission.

    Attributes:
        grade: The grade; None if the process died or was out of time.
        is_final: Whether it stands. Else others that were graded meanwhile may be to blame for what is wrong with it.
    """

    grade: Grade | None
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Graders:
    """What grades for a server.

    Attributes:
        grade: Grades a submission.
        at_once: How many submissions it grades at once.
        config: The settings, with what the course needs.
        warm_up: Makes a grading process ready, so that the first person does not wait for it.
    """

    grade: GradeOne
    at_once: int
    config: Config
    warm_up: Callable[[], None]


@contextmanager
def open_graders(course: Course, config: Config, jobs: int, out: Path, dask: str | None = None) -> Iterator[Graders]:
    """Graders on this machine, or on the Dask cluster at the address `dask`. `out`: the folder of the results, which no
    notebook's code may see. Raise UsageError where such code could read the hidden tests."""
    config = ready_for(course, config)
    if dask is not None:
        from grader.batch.dask_cluster import open_cluster

        with open_cluster(dask, course, config) as (engine, at_once):
            graders = Graders(_on_cluster(engine), at_once, config, lambda: None)
            with _refusing_exposed_tests():
                graders.grade(_PROBE, True)
            yield graders
        return
    config = replace(config, hidden=hidden_folders([out], course))
    with _refusing_exposed_tests(), session.run(Notebook("", "", "0" * 64, (Cell(0, "pass"),)), config):
        pass
    with ExitStack() as stack:
        own = stack.enter_context(open_grader(course, config))
        pool = _Pool(encode_setup(course, config, config.hidden), config, own)
        stack.callback(pool.close)
        yield Graders(pool.grade, jobs, config, pool.warm_up)


@contextmanager
def _refusing_exposed_tests() -> Iterator[None]:
    try:
        yield
    except SandboxError as error:
        text = msg(
            "{error}\nThe notebooks that grade serve takes are never your own, so it does not start here. On a Mac or "
            "on Windows start it in a virtual machine with Linux: docs/hosting.md.",
            error=error.text,
        )
        raise UsageError(text) from error


def _on_cluster(engine: Engine) -> GradeOne:
    """One submission at a time: the cluster distributes those of several threads."""
    return lambda submission, is_last: Outcome(next(whole(answer) for _, answer in engine([submission])))


class _Pool:
    """Processes that wait for work. Any thread may use it."""

    def __init__(self, setup: bytes, config: Config, grader: Grader) -> None:
        self._setup, self._config, self._grader = setup, config, grader
        self._lock = threading.Lock()
        self._idle: list[GradingProcess] = []
        self._busy: set[GradingProcess] = set()
        self._is_closed = False

    def grade(self, submission: Submission, is_last: bool) -> Outcome:
        """Grade in a process that has nothing else to do."""
        process = self._take()
        try:
            answer = process.grade(encode_submission(submission), time_limit_s(submission, self._config))
        except LimitReached as reached:
            if reached.limit is Limit.MEMORY:
                return Outcome(self._grader.grade_overgrown(submission, 0.0, MAX_MIB))
            took_s = time_limit_s(submission, self._config)
            return Outcome(self._grader.grade_overrun(submission, took_s), is_last)
        except WorkerDied:
            return Outcome(self._grader.grade_lost(submission) if is_last else None, is_last)
        finally:
            self._give_back(process)
        grade = decode_answer(answer).open()
        return Outcome(grade, is_last or not grade.hurried)

    def warm_up(self) -> None:
        """Grade a notebook that is nobody's."""
        self.grade(_PROBE, True)

    def close(self) -> None:
        """End all processes, also in the middle of their work."""
        with self._lock:
            self._is_closed = True
            processes = [*self._idle, *self._busy]
        for process in processes:
            process.end()

    def _take(self) -> GradingProcess:
        with self._lock:
            if self._is_closed:
                raise WorkerDied
            process = self._idle.pop() if self._idle else GradingProcess(self._setup)
            self._busy.add(process)
        return process

    def _give_back(self, process: GradingProcess) -> None:
        is_fit = process.is_fit
        with self._lock:
            self._busy.discard(process)
            is_kept = is_fit and not self._is_closed
            if is_kept:
                self._idle.append(process)
        if not is_kept:
            process.end()
            process.close()
