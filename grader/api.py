"""Grading from Python, with the same pipeline, walls and verdicts as the command. Names here keep their meaning."""

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
from grader.batch import workers
from grader.config import Config, Kernels, Sandbox
from grader.course import loader
from grader.course.course import Course
from grader.course.places import find_course
from grader.errors import UsageError
from grader.i18n import Lang
from grader.kernel import fork_client
from grader.kernel.pythons import find_python
from grader.model import Grade
from grader.ready import hidden_folders, ready_for
from grader.report import formats
from grader.report.run import Run
from grader.submissions.find import find as find_submissions
from grader.submissions.submission import Submission, from_file

T = TypeVar("T")
HandedIn = Union[str, PathLike[str], Submission]
"""The path of a notebook, or a submission that `find` returned."""
_CHOICES = {"lang": get_args(Lang), "sandbox": get_args(Sandbox), "kernel": get_args(Kernels)}


def load_course(folder: str | PathLike[str] | None = None) -> Course:
    """The installed course of this name, the course in this folder, or the built-in one. Raise CourseError, which says
    what to fix."""
    return loader.load(find_course(folder))


def find(*paths: str | PathLike[str], course: Course | None = None) -> list[Submission]:
    """What each participant handed in, found in folders, archives and files as the command finds it. Raise UsageError
    if there is nothing."""
    course = course or load_course()
    exercises = [exercise.id for exercise in course.exercises]
    found = find_submissions([Path(path) for path in paths], exercises, course_names=course.called)
    return list(found.submissions)


def grade(notebook: HandedIn, course: Course | None = None, config: Config | None = None) -> Grade:
    """The grade of one notebook. An unreadable file gets a grade of 0 points with the reason in its notes.

    Raise UsageError if there is no such file, SandboxError if `Config(sandbox="strict")` finds a wall missing.
    """
    with Grader(course, replace(config or Config(), own=True)) as grader:
        return grader.grade(notebook)


def grade_all(
    notebooks: Sequence[HandedIn],
    course: Course | None = None,
    config: Config | None = None,
    jobs: int = 1,
    progress: Callable[[Grade], None] | None = None,
) -> list[Grade]:
    """Grades in the order of `notebooks`, `jobs` at once; `progress` is called with each as soon as it is there.

    Errors as in `grade`; SandboxError also where nothing hides the hidden tests from the notebooks' code, unless
    `Config(sandbox="off")` says that their authors are trusted. On Windows and macOS, where worker processes import the
    caller's script, more than one job needs that script to be guarded by `if __name__ == "__main__"`.
    """
    submissions = [_submission(notebook) for notebook in notebooks]
    course, config = _checked(course, config)
    with fork_client.start(config.kernel, config.python, config.packages) or nullcontext() as fork_server:
        return _without_event_loop(lambda: workers.grade_all(submissions, course, config, jobs, fork_server, progress))


class Grader:
    """A reusable grader for many notebooks, with the errors of `grade_all`. Use it as a context manager, from one
    thread.

    Attributes:
        course: The course that it grades.
        config: The settings that it grades with.
    """

    def __init__(self, course: Course | None = None, config: Config | None = None) -> None:
        """Raise CourseError for a broken course, UsageError for an invalid setting."""
        self.course, self.config = _checked(course, config)
        self._resources = ExitStack()

    def __enter__(self) -> Grader:
        with ExitStack() as opened:
            # The fork server starts first, so that it loads while the hidden tests do.
            started = fork_client.start(self.config.kernel, python=self.config.python, packages=self.config.packages)
            fork_server = opened.enter_context(started or nullcontext())
            self._grader = opened.enter_context(pipeline.open_grader(self.course, self.config, fork_server))
            self._resources = opened.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._resources.close()

    def grade(self, notebook: HandedIn) -> Grade:
        """Like the function `grade`."""
        submission = _submission(notebook)
        hidden = hidden_folders([file.path.parent for file in submission.files], self.course)
        config = replace(self.config, hidden=(*self.config.hidden, *hidden))
        return _without_event_loop(lambda: replace(self._grader, config=config).grade(submission))


def report_text(
    grades: Grade | Sequence[Grade],
    format: str = "terminal",
    course: Course | None = None,
    config: Config | None = None,
) -> str:
    """What `--report FORMAT` writes about these grades, which were made with `course` and `config`."""
    graded = (grades,) if isinstance(grades, Grade) else tuple(grades)
    return formats.text(format, Run(graded, *_checked(course, config)))


def _checked(course: Course | None, config: Config | None) -> tuple[Course, Config]:
    """The course and the settings, or their defaults. A misspelled setting raises UsageError, for it must not cost a
    wall."""
    course, config = course or load_course(), config or Config()
    for name, choices in _CHOICES.items():
        if getattr(config, name) not in choices:
            raise UsageError(
                "Config: {name} is {value}. Use one of: {choices}",
                name=name,
                value=repr(getattr(config, name)),
                choices=", ".join(choices),
            )
    course.require(config.only)
    config = replace(config, python=find_python(config.python)) if config.python else config
    return course, ready_for(course, config)


def _submission(notebook: HandedIn) -> Submission:
    if isinstance(notebook, Submission):
        return notebook
    path = Path(notebook)
    if not path.is_symlink() and not path.exists():
        raise UsageError("{path}: there is no such file. Is the path right?", path=path)
    if path.is_dir() or path.suffix.lower() == ".zip":
        raise UsageError(
            "{path} is not a notebook. Use find({argument}) to get the submissions in it.",
            path=path,
            argument=repr(str(path)),
        )
    return from_file(path)


def _without_event_loop(work: Callable[[], T]) -> T:
    """Call `work` in a thread without a running event loop, for a kernel runs one itself. The cells of a notebook, for
    example, are run by one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
