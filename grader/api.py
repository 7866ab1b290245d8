"""Grading from Python: the same pipeline, walls and verdicts as the command's. What stands here stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path

from grader import batch, course
from grader.course import Course
from grader.errors import UsageError
from grader.kernel import warm
from grader.kernel.environment import kernel_environment
from grader.model import Config, Grade


def load_course(folder: str | PathLike[str] | None = None) -> Course:
    """The course in `folder`, or the built-in one. Raise CourseError with what to mend."""
    return course.load(course.built_in() if folder is None else Path(folder))


def grade(notebook: str | PathLike[str], course: Course | None = None, config: Config | None = None) -> Grade:
    """The grade of one notebook. A file that can't be read has a grade of 0 points with the reason in its notes.

    Raise UsageError where there is no such file, SandboxError where `Config(sandbox="strict")` finds a wall missing.
    """
    return grade_all([notebook], course, config)[0]


def grade_all(
    notebooks: Sequence[str | PathLike[str]],
    course: Course | None = None,
    config: Config | None = None,
    jobs: int = 1,
    progress: Callable[[Grade], None] | None = None,
) -> list[Grade]:
    """Grades in the order of `notebooks`, `jobs` at once; `progress` gets each as soon as it is there.

    Errors as in `grade`. Where a system starts processes anew (Windows, macOS), more jobs than one need the caller's
    script to be guarded by `if __name__ == "__main__"`.
    """
    paths = [Path(notebook) for notebook in notebooks]
    for path in paths:
        if not path.is_symlink() and not path.exists():
            raise UsageError(f"{path}: there is no such file. Is the path right?")
    config, course = config or Config(), course or load_course()
    jobs = max(1, min(jobs, len(paths)))
    if config.kernel != "warm" or not warm.available():
        return batch.grade_all(paths, course, config, jobs, progress=progress)
    with warm.WarmProcess(kernel_environment(Path("/")), connections=jobs) as process:
        return batch.grade_all(paths, course, config, jobs, process, progress)
