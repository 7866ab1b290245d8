"""Draws the curves of an exercise: what a participant's function gives for growing arguments, beside the reference's.

An exercise has curves where its folder has a curve.py. The participant's function is asked after all points are given.
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
_NAMES = ("title", "x_axis", "y_axis", "cases", "height")


@dataclass(frozen=True)
class Plan:
    """A curve that a curve.py of the course asks for.

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


def draw(exercise: Exercise, course: Course, ask: Ask) -> tuple[Curve, ...]:
    """The curves, up to the first that the function does not finish. Empty where the exercise has none."""
    drawn = []
    for plan in read_plans(exercise, course):
        curve = _draw(plan, ask)
        if curve is None:
            break
        drawn.append(curve)
    return tuple(drawn)


def _draw(plan: Plan, ask: Ask) -> Curve | None:
    """Ask for all places in one message. None where the function has no curve to show."""
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


def read_plans(exercise: Exercise, course: Course) -> tuple[Plan, ...]:
    """What the exercise's curve.py asks for, if it has one. Raise CourseError with what is wrong with it."""
    return _read_plans(exercise.folder, exercise.id, course)


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
def _read_plans(folder: Path, id: str, course: Course) -> tuple[Plan, ...]:
    path = folder / CURVE_FILE
    if not path.is_file():
        return ()
    namespace = _run(path, course.scope(id))
    try:
        with within(LOAD_LIMIT_S):
            titles, cases = _listed(namespace["title"]), _listed(namespace["cases"](*course.data))
        if len(titles) != len(cases):
            raise CourseError("it has {n} titles, and cases for {m} curves", n=len(titles), m=len(cases))
        with within(LOAD_LIMIT_S):
            plans = [_plan(*each, namespace, course, id) for each in zip(titles, cases, strict=True)]
    except CourseError as error:
        raise CourseError("{path}: {error}", path=path, error=error) from None
    except TooLong as error:
        raise CourseError("{path}: {error}. Is there a loop in it that never ends?", path=path, error=error) from error
    except Exception as error:
        raise CourseError(what_broke(path, error)) from error
    if any(not 2 <= len(plan.reference) == len(plan.cases) <= MAX_PLACES for plan in plans):
        raise CourseError(
            "{path}: a curve has from 2 to {max_places} places, with a finite height of the solution's",
            path=path,
            max_places=MAX_PLACES,
        )
    return tuple(plans)


def _listed(given: Any) -> list[Any]:
    """A course names one curve as it is, and several in a list."""
    return given if isinstance(given, list) else [given]


def _plan(title: Any, given: Any, namespace: Mapping[str, Any], course: Course, id: str) -> Plan:
    texts = (title, namespace["x_axis"], namespace["y_axis"])
    title, x_axis, y_axis = (_titles(text, course.languages) for text in texts)
    solution = course.solution(id)
    cases = {float(place): tuple(args) for place, args in given.items()}
    heights = [_height(namespace["height"], args, solution(*args)) for args in cases.values()]
    reference = tuple(value for value in heights if value is not None)
    return Plan(title, x_axis, y_axis, cases, namespace["height"], reference)


def _titles(texts: Mapping[str, str], languages: Sequence[str]) -> Titles:
    return in_both({lang: texts[lang] for lang in languages}, languages)


def _run(path: Path, scope: dict[str, Any]) -> dict[str, Any]:
    namespace = run_source(path, scope)
    missing = [name for name in _NAMES if name not in namespace]
    if missing:
        raise CourseError(
            "{path}: it does not define {name}; CONTRIBUTING.md says what a curve is made of",
            path=path,
            name=missing[0],
        )
    return namespace
