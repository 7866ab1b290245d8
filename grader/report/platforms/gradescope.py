"""Gradescope's results.json. Its specification: https://gradescope-autograders.readthedocs.io/en/latest/specs/"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.i18n import Lang, Text, render
from grader.model import ExerciseResult, ExerciseStatus, Grade, SubmissionStatus
from grader.report import wording
from grader.report.findings import explain
from grader.report.run import Run

ROOT = Path("/autograder")  # only Gradescope's containers have it
PLACE = ROOT / "results" / "results.json"
_PLAIN: dict[str, Any] = {
    "output_format": "text",
    "test_output_format": "text",
    "test_name_format": "text",
    "visibility": "visible",
    "stdout_visibility": "hidden",  # the report in the terminal, for the instructor
}


def text(run: Run) -> str:
    """The best submission of the run. A bonus is shown and stored, and is not part of the score.

    Gradescope takes no results without a score. Where something can't be judged on this machine, or is still to be
    graded by hand, the score is what there is so far, the output begins with that, and such an exercise has neither a
    score nor a status.
    """
    grade, lang = run.best, run.lang
    result = {
        "score": grade.score,
        "execution_time": round(grade.duration_s, 3),
        "output": _output(grade, lang),
        **_PLAIN,
        "extra_data": {
            "status": grade.status.value,
            "max_score": grade.max_score,
            "bonus": grade.bonus,
            "max_bonus": grade.max_bonus,
            **({"ungraded_points": grade.ungraded_points} if grade.needs else {}),
            **({"by_hand_points": grade.by_hand_points} if grade.by_hand_points else {}),
            "course": run.course.id,
            "sha256": grade.notebook.sha256,
            "walls": list(grade.walls),
        },
        "tests": [_test(exercise, lang) for exercise in grade.exercises],
    }
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"


def unfinished(reason: Text, lang: Lang) -> str:
    """The file until there are results, and for good if there never are any."""
    result = {"score": 0, "output": wording.clean(render(reason, lang)), **_PLAIN, "tests": []}
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"


def _output(grade: Grade, lang: Lang) -> str:
    texts = [*wording.reasons(grade)]
    if grade.status is SubmissionStatus.GRADED:
        texts = [wording.score(grade), *texts, *map(wording.cell_text, wording.broken(grade)), *grade.notes]
    return "\n".join(wording.clean(render(text, lang)) for text in texts)


def _verdict(exercise: ExerciseResult) -> dict[str, Any]:
    return {
        "score": exercise.points,
        "max_score": exercise.max_points,
        "status": "passed" if exercise.status.done else "failed",
    }


def _test(exercise: ExerciseResult, lang: Lang) -> dict[str, Any]:
    bonus = f" ({wording.points(exercise, lang)})" if exercise.max_bonus else ""
    return {
        "number": exercise.id,
        "name": render(exercise.title, lang) + bonus,
        **({} if exercise.status in (ExerciseStatus.UNGRADED, ExerciseStatus.BY_HAND) else _verdict(exercise)),
        "output": "\n".join(explain(exercise, lang)),
        "visibility": "visible",
        "extra_data": {
            "status": exercise.status.value,
            "bonus": exercise.bonus,
            "max_bonus": exercise.max_bonus,
            "checks": {check.id: check.status.value for check in exercise.checks},
        },
    }
