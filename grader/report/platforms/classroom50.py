"""Classroom 50's result.json, schema classroom50/result/v1, whose scores are whole numbers.

Its contract: https://github.com/foundation50/classroom50/wiki/Advanced-Autograding
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from grader.errors import UsageError
from grader.i18n import Lang, render
from grader.model import ExerciseResult
from grader.report import markdown, wording
from grader.report.findings import explain
from grader.report.run import Run
from grader.report.writing import Environ, write

SCHEMA = "classroom50/result/v1"
PLACE = Path("result.json")  # Classroom 50 runs a grader in the checkout and looks there
BODY = "release-body.md"  # and there; without it, it makes a text of its own
MAX_BODY_BYTES = 120_000  # GitHub takes 125,000 characters
_REQUIRED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
_SCALES = (1, 2, 4, 5, 10, 20, 100)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose submission it is, as Classroom 50's runner says it. The attributes are keys of result.json.

    Attributes:
        classroom: The name of the classroom.
        assignment: The name of the assignment.
        assignment_type: "individual" or "group".
        owner: The GitHub name of the participant, or "unknown".
        submission: The tag of the submission.
        commit: The URL of the commit.
        release: The URL of the release.
        review: The URL where the submission is reviewed.
        datetime: The time of the grading in UTC, as 2026-06-01T14:32:01Z.
    """

    classroom: str
    assignment: str
    assignment_type: str
    owner: str
    submission: str
    commit: str
    release: str
    review: str
    datetime: str


def identity(environ: Environ) -> Identity:
    """From the variables that Classroom 50's runner sets. Raise UsageError where one is missing."""
    missing = [name for name in _REQUIRED if not environ.get(name)]
    if missing:
        raise UsageError(
            "--report classroom50 needs {missing} from the environment. Classroom 50's runner sets them.",
            missing=", ".join(missing),
        )
    return Identity(
        classroom=environ["CLASSROOM"],
        assignment=environ["ASSIGNMENT"],
        assignment_type=environ.get("ASSIGNMENT_TYPE") or "individual",
        owner=environ.get("OWNER") or environ.get("USERNAME") or environ.get("GITHUB_ACTOR") or "unknown",
        submission=environ["SUBMISSION_TAG"],
        commit=environ["COMMIT_URL"],
        release=environ["RELEASE_URL"],
        review=environ.get("REVIEW_URL") or environ["COMMIT_URL"],
        datetime=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def deliver(run: Run, file: Path | None, environ: Environ) -> None:
    """Write result.json, or another file of that name, and the report that the release of the submission shows."""
    write(file, text(run, identity(environ)))
    write(_body_file(file), markdown.text(replace(run, grades=(run.best,)), MAX_BODY_BYTES))


def existing_body(file: Path | None, _: Environ) -> list[Path]:
    """The file beside the result that would be written over, if there is one."""
    body = _body_file(file)
    return [body] if body.exists() else []


def _body_file(file: Path | None) -> Path:
    return (file or PLACE).with_name(BODY)


def text(run: Run, identity: Identity) -> str:
    """The best submission of the run. A bonus is shown, and is not part of the score, which has a maximum. What
    can't be judged on this machine, or is still to be graded by hand, is in neither."""
    scale = _scale(run)
    counted = [exercise for exercise in run.best.exercises if exercise.max_points or exercise.status.done]
    tests = [_test(exercise, scale, run.lang) for exercise in counted]
    if tests and (exposure := wording.exposure([run.best])) is not None:
        tests[0]["message"] = "\n".join(filter(None, [render(exposure, run.lang), tests[0]["message"]]))
    result = {
        "schema": SCHEMA,
        **{name: getattr(identity, name) for name in Identity.__slots__},
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"


def _scale(run: Run) -> int:
    """The factor that makes all points whole. It depends on the course only, so it is the same for everybody."""
    exercises = run.best.exercises
    points = [run.course.carried_deduction, *(exercise.max_points for exercise in exercises)]
    points += [check.max_points for exercise in exercises for check in exercise.checks]
    return next((scale for scale in _SCALES if all(scale * value % 1 == 0 for value in points)), _SCALES[-1])


def _test(exercise: ExerciseResult, scale: int, lang: Lang) -> dict[str, Any]:
    result = {
        "test-name": f"{exercise.id} {render(exercise.title, lang)}",
        "passed": exercise.status.done,
        "score": round(exercise.points * scale),
        "max-score": round((exercise.max_points - exercise.open_points) * scale),
        "message": "\n".join(explain(exercise, lang)),
    }
    if exercise.max_bonus:
        result |= {"bonus": exercise.bonus, "max-bonus": exercise.max_bonus}
    return result
