"""Classroom 50's result.json, schema classroom50/result/v1, whose scores are whole numbers.

Its contract: https://github.com/foundation50/classroom50/wiki/Advanced-Autograding
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from grader.i18n import Lang, render
from grader.model import ExerciseResult
from grader.report import wording as prose
from grader.report.run import Run, language

SCHEMA = "classroom50/result/v1"
_SCALES = (1, 2, 4, 5, 10, 20, 100)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose submission it is, as Classroom 50's runner says it. `datetime`: when it was graded, in UTC."""

    classroom: str
    assignment: str
    assignment_type: str
    owner: str
    submission: str
    commit: str
    release: str
    review: str
    datetime: str


def text(run: Run, identity: Identity) -> str:
    """The best submission of the run. A bonus is told, and is no part of the score, which must not pass its maximum."""
    lang, scale = language(run), _scale(run)
    counted = [exercise for exercise in run.best.exercises if exercise.max_points or _right(exercise)]
    tests = [_test(exercise, scale, lang) for exercise in counted]
    result = {
        "schema": SCHEMA,
        **{name: getattr(identity, name) for name in Identity.__slots__},
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"


def _scale(run: Run) -> int:
    """By how much all points are multiplied so that each is whole: a matter of the course, the same for everybody."""
    exercises = run.best.exercises
    points = [run.course.carried_deduction, *(exercise.max_points for exercise in exercises)]
    points += [check.max_points for exercise in exercises for check in exercise.checks]
    return next((scale for scale in _SCALES if all(scale * value % 1 == 0 for value in points)), _SCALES[-1])


def _test(exercise: ExerciseResult, scale: int, lang: Lang) -> dict[str, Any]:
    result = {
        "test-name": f"{exercise.id} {render(exercise.title, lang)}",
        "passed": _right(exercise),
        "score": round(exercise.points * scale),
        "max-score": round(exercise.max_points * scale),
        "message": "\n".join(prose.explained(exercise, lang)),
    }
    if exercise.max_bonus:
        result |= {"bonus": exercise.bonus, "max-bonus": exercise.max_bonus}
    return result


def _right(exercise: ExerciseResult) -> bool:
    return exercise.status.done
