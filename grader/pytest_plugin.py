"""`pytest my_notebook.ipynb`: the exercises of a notebook as pytest's items, with the report of each as its failure.

Only notebooks named on the command line are graded, unless the ini option `grade_notebooks` asks for all that pytest
finds. Nothing of the grader is loaded until there is one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.config import Config
    from grader.course.course import Course, Exercise
    from grader.i18n import Lang
    from grader.model import ExerciseResult, Grade


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("grade", "grading notebooks")
    group.addoption("--grade-course", metavar="DIR", help="A course other than the built-in one.")
    group.addoption("--grade-lang", choices=["pl", "en"], help="Language of the report. [default: that of your locale]")
    parser.addini("grade_notebooks", "Grade every notebook that pytest finds, not only those named.", "bool", False)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> NotebookFile | None:
    if file_path.suffix != ".ipynb":
        return None
    if parent.session.isinitpath(file_path) or parent.config.getini("grade_notebooks"):
        return NotebookFile.from_parent(parent, path=file_path)
    return None


class NotebookFile(pytest.File):
    """A notebook. It is graded once, when its first exercise runs."""

    def collect(self) -> Iterator[ExerciseItem]:
        for exercise in self.course.exercises:
            name = f"{exercise.id}-{exercise.function or 'by-hand'}"
            yield ExerciseItem.from_parent(self, name=name, exercise=exercise)

    @cached_property
    def course(self) -> Course:
        from grader.api import load_course
        from grader.errors import GraderError

        try:
            return load_course(self.config.getoption("grade_course"))
        except GraderError as error:
            raise pytest.UsageError(str(error)) from error

    @cached_property
    def settings(self) -> Config:
        from grader.config import Config, under_ci
        from grader.i18n import locale_language

        lang = self.config.getoption("grade_lang") or locale_language(os.environ)
        return Config(lang=lang, curves=False, own=not under_ci(os.environ))

    @cached_property
    def grade(self) -> Grade:
        from grader.api import Grader

        with Grader(self.course, self.settings) as grader:
            return grader.grade(self.path)


class NotPassed(Exception):
    """An exercise did not pass; the text is the lines of a report that say what is wrong."""


class ExerciseItem(pytest.Item):
    """An exercise of a notebook. It fails if a mistake cost points. A bonus that was not earned is skipped, and so is
    what can't be judged on this machine."""

    def __init__(self, *, exercise: Exercise, **rest: Any) -> None:
        super().__init__(**rest)
        self.exercise = exercise
        if self.config.pluginmanager.hasplugin("xdist"):
            self.add_marker(pytest.mark.xdist_group(str(self.path)))  # with --dist loadgroup it is graded once

    def runtest(self) -> None:
        from grader.i18n import render
        from grader.model import ExerciseStatus, SubmissionStatus
        from grader.report import wording as prose
        from grader.report.findings import explain

        assert isinstance(self.parent, NotebookFile)
        grade = self.parent.grade
        lang = self.parent.settings.lang
        result = next(result for result in grade.exercises if result.id == self.exercise.id)
        if grade.status not in (SubmissionStatus.GRADED, SubmissionStatus.NO_EXERCISES):
            raise NotPassed("\n".join(prose.clean(render(reason, lang)) for reason in prose.reasons(grade)))
        if result.status.done:
            return
        text = "\n".join([_title(result, lang), *explain(result, lang)])
        optional = not result.max_points and result.status is not ExerciseStatus.GRADER_FAULT
        if optional or result.status in (ExerciseStatus.UNGRADED, ExerciseStatus.BY_HAND):
            pytest.skip(text)
        raise NotPassed(text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from grader.errors import SandboxError

        if isinstance(excinfo.value, NotPassed | SandboxError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name


def _title(result: ExerciseResult, lang: Lang) -> str:
    from grader.i18n import msg, render
    from grader.report import wording as prose

    title = f"{result.id} {render(result.title, lang)}: {prose.points(result, lang)}"
    if result.cell is None:
        return title
    cell = msg("cell {cell}", cell=result.label)
    return f"{title} ({render(cell, lang)})"
