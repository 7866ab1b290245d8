"""Grades as texts for people and programs. Nothing here computes a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.course.course import Course
from grader.i18n import Lang
from grader.model import Config, Grade, Person, Unmatched


@dataclass(frozen=True, slots=True)
class Run:
    """All that a report may show: the grades in order, what they were made with, who on the list of participants has
    handed in nothing (None where there is no list), and what is not certain to be whose on it."""

    grades: tuple[Grade, ...]
    course: Course
    config: Config
    missing: tuple[Person, ...] | None = None
    unmatched: tuple[Unmatched, ...] = ()

    @property
    def walls(self) -> tuple[str, ...]:
        """The walls that stood around every submission that ran."""
        ran = [set(grade.walls) for grade in self.grades if grade.cells]
        common = set.intersection(*ran) if ran else set()
        first = next((grade.walls for grade in self.grades if grade.cells), ())
        return tuple(wall for wall in first if wall in common)

    @property
    def doubtful(self) -> tuple[Person, ...]:
        """Those on the list who may have handed in something that is not certain to be theirs, and nothing else."""
        return tuple(dict.fromkeys(person for one in self.unmatched for person in one.people))

    @property
    def best(self) -> Grade:
        """The grade that counts where one submission is expected: the best, of equals the first."""
        return max(self.grades, key=lambda grade: (grade.score, grade.bonus))


def language(run: Run) -> Lang:
    return "pl" if run.config.lang == "pl" else "en"


def formats() -> Mapping[str, Callable[[Run], str]]:
    """Formats that need nothing but the run, by name."""
    from grader.report import gradebook, json_report, junit, markdown, terminal
    from grader.report.page import page as html_report
    from grader.report.platforms import canvas, gradescope, moodle, prairielearn

    return {
        "html": html_report.text,
        "json": json_report.text,
        "csv": gradebook.text,
        "terminal": terminal.text,
        "junit": junit.text,
        "markdown": markdown.text,
        "gradescope": gradescope.text,
        "prairielearn": prairielearn.text,
        "moodle": moodle.text,
        "canvas": canvas.text,
    }
