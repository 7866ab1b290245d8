"""Draws the curve of an exercise: what a participant's function gives for growing arguments, beside the reference's.

An exercise has a curve where its folder has a curve.py. The participant's function is asked after all points are given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from grader.course.course import Course, Exercise
from grader.course.own_time import TooLong, within
from grader.course.sources import LOAD_LIMIT_S, in_both, run_source, what_broke
from grader.errors import CourseError
from grader.i18n import Titles
from grader.judging.stand_in import Ask
from grader.kernel.session import Problem
from grader.model import Curve

CURVE_FILE = "curve.py"
WITHIN_S = 2.0  # for all calls of a curve together
HEIGHT_LIMIT_S = 1.0  # that the course may compute for one place
MAX_PLACES = 30
_AXES = ("title", "x_axis", "y_axis")


@dataclass(frozen=True)
class Plan:
    """What a curve.py of the course asks for.

    Attributes:
        title, x_axis, y_axis: what the page writes beside the curve.
        cases: each place on the x axis to the arguments of a call, in the course's order.
        height: gives the height above a place from the answer and the arguments.
        reference: the heights of the reference solution's answers, one for each place.
    """

    title: Titles
    x_axis: Titles
    y_axis: Titles
    cases: Mapping[float, tuple[Any, ...]]
    height: Callable[..., float]
    reference: tuple[float, ...]


def draw(exercise: Exercise, course: Course, ask: Ask) -> Curve | None:
    """Ask for all places in one message. None where the exercise has no curve, or the function none to show."""
    plan = read_plan(exercise, course)
    if plan is None:
        return None
    answers = ask(list(plan.cases.values()))
    if len(answers) < len(plan.cases) or any(answer.problem not in (None, Problem.RAISED) for answer in answers):
        return None
    heights = tuple(
        None if answer.problem else _height_if_any(plan, args, answer.value)
        for args, answer in zip(plan.cases.values(), answers, strict=True)
    )
    if sum(height is not None for height in heights) < 2:
        return None
    return Curve(plan.title, plan.x_axis, plan.y_axis, tuple(plan.cases), heights, plan.reference)


def read_plan(exercise: Exercise, course: Course) -> Plan | None:
    """What the exercise's curve.py asks for, if it has one. Raise CourseError with what is wrong with it."""
    return _read_plan(exercise.folder, exercise.id, course)


def _height_if_any(plan: Plan, args: tuple[Any, ...], answer: object) -> float | None:
    try:
        with within(HEIGHT_LIMIT_S):
            return _height(plan.height, args, answer)
    except (Exception, TooLong):  # whatever a participant's function returned: a picture must not cost anybody a grade
        return None


def _height(height: Callable[..., float], args: tuple[Any, ...], answer: object) -> float | None:
    with np.errstate(all="ignore"):
        value = float(height(answer, *args))
    return value if math.isfinite(value) else None


@lru_cache(64)
def _read_plan(folder: Path, id: str, course: Course) -> Plan | None:
    path = folder / CURVE_FILE
    if not path.is_file():
        return None
    namespace = _run(path, course.scope(id))
    solution, height = course.solution(id), namespace["height"]
    try:
        title, x_axis, y_axis = (_titles(namespace[name], course.languages) for name in _AXES)
        with within(LOAD_LIMIT_S):
            cases = {float(place): tuple(args) for place, args in namespace["cases"](*course.data).items()}
            heights = [_height(height, args, solution(*args)) for args in cases.values()]
    except TooLong as error:
        raise CourseError(f"{path}: {error}. Is there a loop in it that never ends?") from error
    except Exception as error:
        raise CourseError(what_broke(path, error)) from error
    reference = tuple(value for value in heights if value is not None)
    if not 2 <= len(reference) == len(cases) <= MAX_PLACES:
        raise CourseError(f"{path}: a curve has from 2 to {MAX_PLACES} places, with a finite height of the solution's")
    return Plan(title, x_axis, y_axis, cases, height, reference)


def _titles(texts: Mapping[str, str], languages: Sequence[str]) -> Titles:
    return in_both({lang: texts[lang] for lang in languages}, languages)


def _run(path: Path, scope: dict[str, Any]) -> dict[str, Any]:
    namespace = run_source(path, scope)
    missing = [name for name in (*_AXES, "cases", "height") if name not in namespace]
    if missing:
        raise CourseError(f"{path}: it does not define {missing[0]}; CONTRIBUTING.md says what a curve is made of")
    return namespace
