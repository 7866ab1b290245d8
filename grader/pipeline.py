"""The pipeline: a notebook in, a grade out."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace
from pathlib import Path

from grader.course.course import Course, Exercise
from grader.diagnosis.exception_hints import explained
from grader.errors import GraderError, KernelStartError
from grader.i18n import Text, msg
from grader.judging.judge import Judge
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.session import Session, run
from grader.model import (
    CheckStatus,
    Config,
    ExerciseResult,
    ExerciseStatus,
    Grade,
    Notebook,
    SubmissionStatus,
)
from grader.submissions.submission import Submission, best, fingerprint, from_file, labelled, read_submission


def grade(
    submission: Path | Submission, course: Course, suite: Suite, config: Config, warm: ForkServerClient | None = None
) -> Grade:
    """Grade what one participant handed in. A fault of the grader's own is a status: a batch goes on past it."""
    started = time.monotonic()
    submission = from_file(submission) if isinstance(submission, Path) else submission
    reading = read_submission(submission)
    grades = [labelled(_attempt(one, course, suite, config, warm)) for one in reading.submissions]
    counts = best(submission, grades)
    return replace(counts, digest=reading.digest, duration_s=time.monotonic() - started)


def lost(submission: Submission, course: Course, suite: Suite, config: Config) -> Grade:
    """The grade of a notebook whose worker was ended from outside each time."""
    reason = msg("The process that graded this notebook was ended from outside, perhaps for want of memory.")
    return _unread(submission, SubmissionStatus.GRADER_FAULT, reason, course, suite, config)


def overran(submission: Submission, course: Course, suite: Suite, config: Config, took_s: float) -> Grade:
    """The grade of a notebook that had its time and was still not graded, so that its worker was ended."""
    reason = msg(
        "Grading this notebook took more than the {limit} s that it may take, so it was stopped and nothing is scored. "
        "Look for loops that never stop, and for what is very long or very large.",
        limit=f"{config.limits.total_timeout_s:g}",
    )
    grade = _unread(submission, SubmissionStatus.GRADED, reason, course, suite, config)
    return replace(grade, duration_s=took_s)


def _unread(
    submission: Submission, status: SubmissionStatus, reason: Text, course: Course, suite: Suite, config: Config
) -> Grade:
    """Without parsing it again: that may be what went wrong."""
    digest = fingerprint(submission)
    notebook = Notebook(
        submission.path,
        submission.participant,
        digest,
        notes=submission.notes,
        ids=submission.ids,
        email=submission.email,
    )
    result = _ungraded(notebook, status, reason, course, suite, config, time.monotonic())
    return replace(result, digest=digest)


def _attempt(notebook: Notebook, course: Course, suite: Suite, config: Config, warm: ForkServerClient | None) -> Grade:
    started = time.monotonic()
    try:
        return _grade(notebook, course, suite, config, warm, started)
    except KernelStartError as error:
        reason = msg("This machine can't run notebooks. {error}\nWhat it lacks: grade --doctor.", error=str(error))
        return _ungraded(notebook, SubmissionStatus.GRADER_FAULT, reason, course, suite, config, started)
    except GraderError:
        raise
    except Exception:
        where = traceback.format_exc(limit=-3)
        return _ungraded(notebook, SubmissionStatus.GRADER_FAULT, where, course, suite, config, started)


def _grade(
    notebook: Notebook, course: Course, suite: Suite, config: Config, warm: ForkServerClient | None, started: float
) -> Grade:
    if notebook.status is not SubmissionStatus.GRADED:
        return _ungraded(notebook, notebook.status, notebook.reason, course, suite, config, started)
    with run(notebook, config, warm) as session:
        results = Judge(session, course, suite, config, notebook.sha256).results()
        return score(notebook, session, results, config, started)


def score(
    notebook: Notebook,
    session: Session,
    results: tuple[ExerciseResult, ...],
    config: Config,
    started: float,
) -> Grade:
    chosen = tuple(result for result in results if not config.only or result.id in config.only)
    status, notes = SubmissionStatus.GRADED, (*notebook.notes, *session.notes)
    if all(result.status is ExerciseStatus.MISSING for result in chosen):
        status = SubmissionStatus.NO_EXERCISES
        notes = (msg("None of the exercises' functions is in this notebook."), *notes)
    duration_s = time.monotonic() - started
    return Grade(notebook, status, duration_s, chosen, explained(session.sources, session.cells), notes, session.walls)


def _ungraded(
    notebook: Notebook,
    status: SubmissionStatus,
    reason: Text | None,
    course: Course,
    suite: Suite,
    config: Config,
    started: float,
) -> Grade:
    """No exercise has a verdict; each stands in the grade all the same, worth 0."""
    exercises = tuple(
        _not_run(exercise, suite) for exercise in course.exercises if not config.only or exercise.id in config.only
    )
    notes = (*((reason,) if reason else ()), *notebook.notes)
    return Grade(notebook, status, time.monotonic() - started, exercises, notes=notes)


def _not_run(exercise: Exercise, suite: Suite) -> ExerciseResult:
    checks = tuple(check.result(CheckStatus.NOT_RUN) for check in suite.checks(exercise.id))
    return ExerciseResult(
        exercise.id,
        exercise.title,
        ExerciseStatus.NOT_RUN,
        exercise.function,
        0.0,
        exercise.max_points,
        0.0,
        exercise.max_bonus,
        checks=checks,
    )
