"""Grades as texts for people and programs. Nothing here computes a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grader.course import Course
from grader.model import Config, Grade


@dataclass(frozen=True, slots=True)
class Run:
    """All that a report may show: the grades in order, and what they were made with."""

    grades: tuple[Grade, ...]
    course: Course
    config: Config
    missing_walls: tuple[str, ...] = ()

    @property
    def walls(self) -> tuple[str, ...]:
        """The walls that stood around every submission that ran."""
        ran = [set(grade.walls) for grade in self.grades if grade.cells]
        common = set.intersection(*ran) if ran else set()
        first = next((grade.walls for grade in self.grades if grade.cells), ())
        return tuple(wall for wall in first if wall in common)


def formats() -> Mapping[str, Callable[[Run], str]]:
    """Formats that go to a file, by name."""
    from grader.report import gradebook, json_report, terminal

    return {"json": json_report.text, "csv": gradebook.text, "terminal": terminal.text}


FORMATS: Sequence[str] = ("terminal", "json", "csv")
