"""grader: an automatic, walled-in grader of notebook exercises.

From Python: `from grader import grade, grade_all, Grader, find, load_course, report_text, Config, Course, Grade`
(docs/python.md). They are loaded when they are first asked for, so that the command line starts fast.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader._version import __version__
    from grader.api import Grader, find, grade, grade_all, load_course, report_text
    from grader.config import Config, Limits
    from grader.course.course import Course
    from grader.errors import GraderError
    from grader.model import Grade

PACKAGE = Path(__file__).resolve().parent
"""The folder of the installed package: what no participant's code may read."""
__all__ = [
    "Config", "Course", "Grade", "Grader", "GraderError", "Limits", "__version__", "find", "grade", "grade_all",
    "load_course", "report_text",
]  # fmt: skip
_HOMES = {
    "__version__": "grader._version",
    "Config": "grader.config",
    "Course": "grader.course.course",
    "Grade": "grader.model",
    "Grader": "grader.api",
    "GraderError": "grader.errors",
    "Limits": "grader.config",
    "find": "grader.api",
    "grade": "grader.api",
    "grade_all": "grader.api",
    "load_course": "grader.api",
    "load_ipython_extension": "grader.jupyter",
    "report_text": "grader.api",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
