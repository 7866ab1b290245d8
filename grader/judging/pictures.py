"""The figures that an exercise asks for, as pictures for the page. They are drawn after everything is judged."""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from grader.course.course import Course, Exercise
from grader.course.sources import read_file
from grader.judging.cell_input import cells_about
from grader.judging.notebook_view import NotebookView
from grader.judging.verdicts import Failed
from grader.kernel.session import Calls
from grader.model import ExerciseResult

MAX_BYTES = 60_000  # of a picture
MAX_SIDE = 1_000  # pixels
MAX_PICTURES = 3  # of an exercise; as many as an honest kernel sends
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def with_pictures(results: Sequence[ExerciseResult], session: Calls, course: Course) -> tuple[ExerciseResult, ...]:
    """The results, those of exercises that are about figures with what their cells drew."""
    wanted = {exercise.id for exercise in course.tested if _is_about_figures(exercise)}
    if not wanted:
        return tuple(results)
    about = cells_about(course.tested, session.sources)
    return tuple(_with_pictures(one, about, session) if one.id in wanted else one for one in results)


def _is_about_figures(exercise: Exercise) -> bool:
    """Whether its tests look at figures, or a person does."""
    return bool(exercise.by_hand) or any(_mentions(path) for path in sorted(exercise.folder.glob("test_*.py")))


@lru_cache(256)
def _mentions(path: Path) -> bool:
    return ".figures" in read_file(path)


def _with_pictures(result: ExerciseResult, about: dict[int, Exercise], session: Calls) -> ExerciseResult:
    cells = [cell for cell, exercise in about.items() if exercise.id == result.id]
    if not cells or not session.alive or session.budget.is_spent:
        return result
    try:
        drawn = NotebookView(session, 0).do("figures", "pictures", None, cells)
    except (Exception, Failed):  # a picture is worth no points
        return result
    pictures = [one for one in drawn if _is_picture(one)] if isinstance(drawn, list) else []
    return replace(result, pictures=tuple(base64.b64encode(one).decode() for one in pictures[-MAX_PICTURES:]))


def _is_picture(data: object) -> bool:
    """Whether it is a PNG of a size that a page can hold and a browser can draw: it comes from the participant."""
    if not isinstance(data, bytes) or len(data) > MAX_BYTES or not data.startswith(_PNG) or len(data) < len(_PNG) + 8:
        return False
    width, height = struct.unpack_from(">II", data, len(_PNG))
    return bool(0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE)
