"""grader: an automatic, walled-in grader of notebook exercises.

From Python: `from grader import grade, grade_all, load_course, Config, Course, Grade`. They are loaded when they are
first asked for, so that the command line starts fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.api import grade, grade_all, load_course
    from grader.course import Course
    from grader.model import Config, Grade

__version__ = "0.1.0"
__all__ = ["Config", "Course", "Grade", "__version__", "grade", "grade_all", "load_course"]
_HOMES = {
    "Config": "grader.model",
    "Course": "grader.course",
    "Grade": "grader.model",
    "grade": "grader.api",
    "grade_all": "grader.api",
    "load_course": "grader.api",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
