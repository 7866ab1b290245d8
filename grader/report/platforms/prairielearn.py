"""PrairieLearn's results.json of an external grader: https://prairielearn.readthedocs.io/en/latest/externalGrading/"""

from __future__ import annotations

import json
from typing import Any

from grader.i18n import Lang, Text, render
from grader.model import ExerciseResult, Grade, SubmissionStatus
from grader.report import wording as prose
from grader.report.run import Run, language

MAX_BYTES = 1_000_000


def text(run: Run) -> str:
    """The best submission of the run. What can't be graded costs no attempt: it is not gradable, with the reasons."""
    grade, lang = run.best, language(run)
    if grade.status is not SubmissionStatus.GRADED or grade.faulted:
        return _json(_ungradable([prose.clean(render(reason, lang)) for reason in prose.reasons(grade)]))
    result = {
        "gradable": True,
        "score": min(1.0, max(0.0, grade.share)),
        "message": _message(grade, lang),
        "tests": [_test(exercise, lang) for exercise in grade.exercises],
    }
    if len(_json(result).encode()) > MAX_BYTES:
        result["tests"] = [{**_test(exercise, lang), "output": ""} for exercise in grade.exercises]
    return _json(result)


def unfinished(reason: Text, lang: Lang) -> str:
    """What stands in the results' place until there are results, and stays if there never are."""
    return _json(_ungradable([prose.clean(render(reason, lang))]))


def _ungradable(errors: list[str]) -> dict[str, Any]:
    return {"gradable": False, "score": 0.0, "format_errors": errors, "message": "\n".join(errors)}


def _message(grade: Grade, lang: Lang) -> str:
    texts = [prose.score(grade), *map(prose.cell_text, prose.broken(grade)), *grade.notes]
    return "\n".join(prose.clean(render(text, lang)) for text in texts)


def _test(exercise: ExerciseResult, lang: Lang) -> dict[str, Any]:
    bonus = f" ({prose.points(exercise, lang)})" if exercise.max_bonus else ""
    return {
        "name": f"{exercise.id} {render(exercise.title, lang)}{bonus}",
        "points": exercise.points,
        "max_points": exercise.max_points,
        "message": "\n".join(prose.clean(render(remark, lang)) for remark in prose.remarks(exercise)),
        "output": "\n".join(prose.found(exercise, lang)),
    }


def _json(result: dict[str, Any]) -> str:
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"
