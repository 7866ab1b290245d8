"""Grading from Python: the same pipeline, walls and verdicts as the command's. What stands here stays as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TypeVar, Union, get_args

from grader import pipeline
from grader.batch import workers as batch
from grader.course import course
from grader.course.course import Course
from grader.errors import UsageError
from grader.i18n import Lang
from grader.judging.suite import Suite
from grader.kernel import fork_client as warm
from grader.model import Config, Grade, Kernels, Sandbox
from grader.report import formats
from grader.report.run import Run
from grader.submissions import find as submissions
from grader.submissions.submission import Submission, from_file

T = TypeVar("T")
HandedIn = Union[str, PathLike[str], Submission]
"""The path of a notebook, or what `find` has found."""
_CHOICES = {"lang": get_args(Lang), "sandbox": get_args(Sandbox), "kernel": get_args(Kernels)}


def load_course(folder: str | PathLike[str] | None = None) -> Course:
    """The course in `folder`, or the built-in one. Raise CourseError with what to mend."""
    return course.load(course.built_in() if folder is None else Path(folder))


def find(*paths: str | PathLike[str], course: Course | None = None) -> list[Submission]:
    """What each participant handed in, in folders, archives and files, as the command finds it. Raise UsageError where
    there is nothing."""
    exercises = [exercise.id for exercise in (course or load_course()).exercises]
    return list(submissions.find([Path(path) for path in paths], exercises).submissions)


def grade(notebook: HandedIn, course: Course | None = None, config: Config | None = None) -> Grade:
    """The grade of one notebook. A file that can't be read has a grade of 0 points with the reason in its notes.

    Raise UsageError where there is no such file, SandboxError where `Config(sandbox="strict")` finds a wall missing.
    """
    with Grader(course, config) as grader:
        return grader.grade(notebook)


def grade_all(
    notebooks: Sequence[HandedIn],
    course: Course | None = None,
    config: Config | None = None,
    jobs: int = 1,
    progress: Callable[[Grade], None] | None = None,
) -> list[Grade]:
    """Grades in the order of `notebooks`, `jobs` at once; `progress` gets each as soon as it is there.

    Errors as in `grade`. Where a system starts processes anew (Windows, macOS), more jobs than one need the caller's
    script to be guarded by `if __name__ == "__main__"`.
    """
    submissions = [_entry(notebook) for notebook in notebooks]
    course, config = _settled(course, config)
    with warm.start(config.kernel, max(1, min(jobs, len(submissions)))) or nullcontext() as process:
        return _apart(lambda: batch.grade_all(submissions, course, config, jobs, process, progress))


class Grader:
    """What grades, made once for many notebooks that come one after another. Use it as a block, from one thread."""

    def __init__(self, course: Course | None = None, config: Config | None = None) -> None:
        """Raise CourseError, or UsageError where a setting says what is not there."""
        self.course, self.config = _settled(course, config)
        self._held = ExitStack()

    def __enter__(self) -> Grader:
        with ExitStack() as held:
            # First of all, so that it loads while the hidden tests do.
            self._warm = held.enter_context(warm.start(self.config.kernel) or nullcontext())
            self._suite = held.enter_context(Suite(self.course))
            self._held = held.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._held.close()

    def grade(self, notebook: HandedIn) -> Grade:
        """As the function `grade`."""
        submission = _entry(notebook)
        hidden = batch.hidden_folders([file.path.parent for file in submission.files], self.course)
        config = replace(self.config, hidden=(*self.config.hidden, *hidden))
        return _apart(lambda: pipeline.grade(submission, self.course, self._suite, config, self._warm))


def report_text(
    grades: Grade | Sequence[Grade],
    format: str = "terminal",
    course: Course | None = None,
    config: Config | None = None,
) -> str:
    """What `--report FORMAT` writes about these grades; `course` and `config` are those that they were made with."""
    graded = (grades,) if isinstance(grades, Grade) else tuple(grades)
    return formats.text(format, Run(graded, *_settled(course, config)))


def _settled(course: Course | None, config: Config | None) -> tuple[Course, Config]:
    """With what is there by default, and nothing in them that is not there: a typing error must not cost a wall."""
    course, config = course or load_course(), config or Config()
    for name, choices in _CHOICES.items():
        if getattr(config, name) not in choices:
            raise UsageError(f"Config: {name} can't be {getattr(config, name)!r}. It may be: {', '.join(choices)}")
    exercises = [exercise.id for exercise in course.exercises]
    for id in config.only:
        if id not in exercises:
            raise UsageError(f"Config: there is no exercise {id!r} in this course. There are: {', '.join(exercises)}")
    return course, config


def _entry(notebook: HandedIn) -> Submission:
    if isinstance(notebook, Submission):
        return notebook
    path = Path(notebook)
    if not path.is_symlink() and not path.exists():
        raise UsageError(f"{path}: there is no such file. Is the path right?")
    if path.is_dir() or path.suffix.lower() == ".zip":
        raise UsageError(f"{path} is no notebook. find({str(path)!r}) gives what is in it, for grade_all.")
    return from_file(path)


def _apart(work: Callable[[], T]) -> T:
    """What `work` gives; in a thread of its own where this one has an event loop at work, as the cells of a notebook
    do: a kernel needs one itself."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
