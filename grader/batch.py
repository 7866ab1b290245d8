"""A folder of notebooks to grades."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.util
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from grader.checks import Suite
from grader.course import Course, load
from grader.errors import OutputError, UsageError
from grader.grade import grade, lost
from grader.kernel import warm
from grader.kernel.environment import kernel_environment
from grader.kernel.warm import WarmProcess
from grader.model import Config, Grade

SKIPPED_FOLDERS = frozenset({".ipynb_checkpoints", "__pycache__", ".git", ".venv", "node_modules"})


def notebooks(paths: Sequence[Path]) -> list[Path]:
    """The notebooks that `paths` name: files as they are, folders searched. Raise UsageError where there is nothing."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir() and path.suffix != ".ipynb":
            inside = sorted(_inside(path))
            if not inside:
                raise UsageError(f"{path}: there is no .ipynb file in this folder")
            found += inside
        elif path.is_dir() or os.path.lexists(path):
            found.append(path)
        else:
            raise UsageError(f"{path}: there is no such file or folder. Is the path right?")
    return list(dict.fromkeys(found))


def _inside(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith(".")]
        named = [name for name in folders if name.endswith(".ipynb")]
        folders[:] = [name for name in folders if name not in named]
        yield from (
            Path(root, name) for name in [*files, *named] if name.endswith(".ipynb") and not name.startswith(".")
        )


def grade_all(
    paths: Sequence[Path],
    course: Course,
    config: Config,
    jobs: int = 1,
    warm_process: WarmProcess | None = None,
    progress: Callable[[Grade], None] | None = None,
) -> list[Grade]:
    """Grades in the order of `paths`; `jobs` at once, each worker with hidden tests of its own. `warm_process`: with a
    connection for each job."""
    config = replace(config, hidden=_hidden(paths, course))
    if min(jobs, len(paths)) > 1:
        return _grade_in_workers(paths, course, config, jobs, warm_process, progress)
    grades = []
    with Suite(course) as suite:
        for path in paths:
            grades.append(grade(path, course, suite, config, warm_process))
            if progress is not None:
                progress(grades[-1])
    return grades


def _hidden(paths: Sequence[Path], course: Course) -> tuple[str, ...]:
    """The course, and the folders of all submissions: one participant's code must not see another's."""
    folders = {path.parent.resolve() for path in paths} | {course.folder.resolve()}
    return tuple(sorted(str(folder) for folder in folders if folder != Path(folder.anchor)))


def _grade_in_workers(
    paths: Sequence[Path],
    course: Course,
    config: Config,
    jobs: int,
    warm_process: WarmProcess | None,
    progress: Callable[[Grade], None] | None,
) -> list[Grade]:
    pool = workers(min(jobs, len(paths)), course.folder, config, warm_process)
    try:
        futures = [pool.submit(_work, path) for path in paths]
        for future in as_completed(futures):
            if progress is not None and future.exception() is None:
                progress(future.result())
        broken = [isinstance(future.exception(), BrokenProcessPool) for future in futures]
        return [
            _alone(path, course, config) if gone else future.result()
            for path, future, gone in zip(paths, futures, broken, strict=True)
        ]
    except BaseException:
        end_workers()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone(path: Path, course: Course, config: Config) -> Grade:
    """Grade what was lost when a worker was ended from outside, in a worker of its own; twice is a fault."""
    for _ in range(2):
        with workers(1, course.folder, config) as pool, contextlib.suppress(BrokenProcessPool):
            return pool.submit(_work, path).result()
    with Suite(course) as suite:
        return lost(path, course, suite, config)


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker process keeps for all that it is given to do."""

    course: Course
    suite: Suite
    config: Config
    warm: WarmProcess | None


_worker: Worker | None = None


def workers(jobs: int, folder: Path, config: Config, warm_process: WarmProcess | None = None) -> ProcessPoolExecutor:
    """Processes in which `worker()` has the course in `folder`, its hidden tests and what kernels are forked from."""
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    settings = (folder, config, warm_process, context.Value("i", 0))
    return ProcessPoolExecutor(jobs, context, _start_worker, settings)


def end_workers() -> None:
    """End the workers in the middle of what they do. Their kernels end with them: each hangs on a lifeline."""
    for process in multiprocessing.active_children():
        process.terminate()


def worker() -> Worker:
    """This worker process's own."""
    assert _worker is not None
    return _worker


def _start_worker(
    folder: Path, config: Config, warm_process: WarmProcess | None = None, started: Synchronized[int] | None = None
) -> None:
    """`warm_process`: one that all workers share, of which this is the `started`-th."""
    global _worker  # noqa: PLW0603  a worker process has one, and the executor gives it no other place
    if warm_process is None or started is None:
        warm_process = start_warm(config)
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


def _work(path: Path) -> Grade:
    own = worker()
    return grade(path, own.course, own.suite, own.config, own.warm)


def start_warm(config: Config) -> WarmProcess | None:
    """The process that kernels are forked from, if it is wanted and to be had here."""
    return WarmProcess(kernel_environment(Path("/"))) if config.kernel == "warm" and warm.available() else None


def _end_with_parent() -> None:
    """A worker whose parent was killed outright must not wait for work for ever."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)


def write_atomically(path: Path, text: str) -> None:
    """The file is there whole or as it was before. Raise OutputError with what to do."""
    try:
        if path.exists() and not path.is_file():  # a device or a pipe is written to, not replaced
            path.write_text(text, encoding="utf-8")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".grade-", delete=False
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise OutputError(f"{path} can't be written: {error.strerror}. Choose another place, or make room.") from error
