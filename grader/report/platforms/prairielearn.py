"""PrairieLearn's results.json of an external grader: https://prairielearn.readthedocs.io/en/latest/externalGrading/"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.i18n import Lang, Text, render
from grader.model import ExerciseResult, Grade, SubmissionStatus
from grader.report import wording
from grader.report.findings import explain_findings
from grader.report.run import Run

ROOT = Path("/grade")  # only PrairieLearn's containers have it
PLACE = ROOT / "results" / "results.json"
MAX_BYTES = 1_000_000


def text(run: Run) -> str:
    """The best submission of the run. One without a certain score is "not gradable", which costs no attempt."""
    grade, lang = run.best, run.lang
    if grade.status is not SubmissionStatus.GRADED or grade.faulted or grade.needs:
        reasons = (*wording.reasons(grade), *([wording.score(grade)] if grade.needs else ()))
        return _json(_ungradable([wording.clean(render(reason, lang)) for reason in reasons]))
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
    """The file until there are results, and for good if there never are any."""
    return _json(_ungradable([wording.clean(render(reason, lang))]))


def _ungradable(errors: list[str]) -> dict[str, Any]:
    return {"gradable": False, "score": 0.0, "format_errors": errors, "message": "\n".join(errors)}


def _message(grade: Grade, lang: Lang) -> str:
    texts = [wording.score(grade), *map(wording.cell_text, wording.broken(grade)), *grade.notes]
    return "\n".join(wording.clean(render(text, lang)) for text in texts)


def _test(exercise: ExerciseResult, lang: Lang) -> dict[str, Any]:
    bonus = f" ({wording.points(exercise, lang)})" if exercise.max_bonus else ""
    return {
        "name": f"{exercise.id} {render(exercise.title, lang)}{bonus}",
        "points": exercise.points,
        "max_points": exercise.max_points,
        "message": "\n".join(wording.clean(render(remark, lang)) for remark in wording.remarks(exercise)),
        "output": "\n".join(explain_findings(exercise, lang)),
    }


def _json(result: dict[str, Any]) -> str:
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"
