"""A small course for the tests of courses."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import loader
from grader.course.authoring import new_course
from grader.course.course import Course


@pytest.fixture
def small(tmp_path: Path) -> Course:
    """The course that `grade-course new` starts, under a name with blanks and Polish letters."""
    folder = tmp_path / "moje kursy" / "kurs żółwi"
    for name, text in new_course("zolwie").items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace('"zolwie"', '"kurs żółwi"'), "utf-8")
    return loader.load(folder)
