"""Builds the result of an exercise from how its hidden tests went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.course.course import Course, Exercise
from grader.i18n import CellRef, Text, msg
from grader.judging.attempts import Attempt, Examiner
from grader.judging.binding import lacking, near_miss
from grader.judging.stand_in import Check
from grader.judging.ungraded import with_ungraded
from grader.kernel.session import Version
from grader.model import CheckResult, CheckStatus, ExerciseResult, ExerciseStatus


@dataclass(frozen=True, slots=True)
class Judged:
    """An exercise with its points, before anything is said about its mistakes.

    Attributes:
        exercise: the exercise.
        result: points and verdicts; its checks have no diagnosis.
        attempt: the participant's own attempt that counts; None where there is no function that can be called.
        to_diagnose: the attempts whose answers may show a known mistake, the first one first; empty where there is
            nothing to diagnose, as where an exercise is right but for an earlier one.
    """

    exercise: Exercise
    result: ExerciseResult
    attempt: Attempt | None = None
    to_diagnose: tuple[Attempt, ...] = ()


def blank_result(exercise: Exercise, status: ExerciseStatus, checks: tuple[CheckResult, ...]) -> ExerciseResult:
    """A result without points, notes or cell."""
    return ExerciseResult(
        exercise.id,
        exercise.title,
        status,
        exercise.function,
        points=0.0,
        max_points=exercise.max_points,
        bonus=0.0,
        max_bonus=exercise.max_bonus,
        checks=checks,
    )


def result_of(exercise: Exercise, attempt: Attempt, others: Sequence[Attempt] = ()) -> ExerciseResult:
    """What the exercise earns with this attempt. `others`: those that earn less."""
    remarks: list[Text] = []
    for check in attempt.results:
        remarks += [remark for remark in check.remarks if remark not in remarks]
    checks = with_ungraded(attempt.results, [other.results for other in others])
    told = tuple(_unless_for_bonus(check, attempt) for check in checks)
    judged = attempt if checks is attempt.results else replace(attempt, results=checks)
    blank = blank_result(exercise, _status(judged), told)
    return replace(blank, points=attempt.points, bonus=attempt.bonus, cell=attempt.version.cell, notes=tuple(remarks))


def _unless_for_bonus(check: CheckResult, attempt: Attempt) -> CheckResult:
    """The verdict. Nothing is said of a bonus that was not earned while what is worth points is not right: why not is
    no news, and may not be so."""
    silent = frozenset({CheckStatus.FAILED, CheckStatus.ERROR, CheckStatus.TIMED_OUT, CheckStatus.CRASHED})
    if check.max_points or attempt.passed or not any(one.max_points for one in attempt.results):
        return check
    if check.status not in silent:
        return check
    return CheckResult(check.id, check.title, CheckStatus.NOT_RUN, check.max_points, check.max_bonus)


def _status(attempt: Attempt) -> ExerciseStatus:
    statuses = {result.status for result in attempt.results}
    if attempt.passed:
        return ExerciseStatus.PASSED
    if CheckStatus.GRADER_FAULT in statuses:
        return ExerciseStatus.GRADER_FAULT
    if statuses == {CheckStatus.NOT_RUN}:
        return ExerciseStatus.NOT_RUN
    if {result.status for result in attempt.counted} <= {CheckStatus.PASSED, CheckStatus.UNGRADED}:
        return ExerciseStatus.UNGRADED
    return ExerciseStatus.PARTIAL if attempt.points or attempt.bonus else ExerciseStatus.FAILED


def missing_result(exercise: Exercise, course: Course, examiner: Examiner, checks: Sequence[Check]) -> ExerciseResult:
    """The result where no function can be called as the exercise says, with a note on what there is instead."""
    unrun = tuple(check.result(CheckStatus.NOT_RUN) for check in checks)
    if exercise.asks:
        return _missing_names(exercise, examiner, unrun)
    versions = examiner.versions(exercise)
    if versions:
        return _wrong_arguments_result(exercise, course, versions[0], unrun)
    missing = blank_result(exercise, ExerciseStatus.MISSING, unrun)
    if any(version.name in exercise.names for version in examiner.session.versions):
        note = msg("{function} is still the empty one that was handed out.", function=exercise.function)
        return replace(missing, notes=(note,), begun=False)
    near = near_miss(examiner.session.versions, exercise)
    if near is None:
        return replace(missing, begun=False)
    note = msg(
        "There is no {function}, but there is {near} in cell {cell}. Is it the name?",
        function=exercise.function,
        near=near.name[:60],
        cell=CellRef(near.cell),
    )
    return replace(missing, notes=(note,), cell=near.cell)


def _missing_names(exercise: Exercise, examiner: Examiner, unrun: tuple[CheckResult, ...]) -> ExerciseResult:
    missing = blank_result(exercise, ExerciseStatus.MISSING, unrun)
    if any(name in examiner.session.names for name in exercise.asks):
        note = msg("The cell is still the one that was handed out: {names}.", names=", ".join(exercise.asks))
        return replace(missing, notes=(note,))
    return replace(missing, notes=(msg("There is no {names} in the notebook.", names=", ".join(exercise.asks)),))


def _wrong_arguments_result(
    exercise: Exercise, course: Course, version: Version, unrun: tuple[CheckResult, ...]
) -> ExerciseResult:
    """FAILED, but MISSING where several exercises share the function: it may well be another exercise's."""
    shared = any(other.function == exercise.function for other in course.exercises if other is not exercise)
    result = blank_result(exercise, ExerciseStatus.MISSING if shared else ExerciseStatus.FAILED, unrun)
    notes = [_wrong_arguments(exercise, version)]
    names = lacking(version, exercise, course)
    if names:
        notes.append(msg("Missing in its def line: `{names}`.", names=", ".join(names)))
    return replace(result, notes=tuple(notes), cell=None if shared else version.cell)


def _wrong_arguments(exercise: Exercise, version: Version) -> Text:
    own = ", ".join(parameter.name[:40] for parameter in (version.parameters or [])[:12])
    return msg(
        "{function}({own}) in cell {cell} can't be called with {wanted}.",
        function=version.name,
        own=own,
        cell=CellRef(version.cell),
        wanted=f"({', '.join(exercise.parameters)})",
    )


def superseded_result(result: ExerciseResult, exercise: Exercise, later: ExerciseResult) -> ExerciseResult:
    """Full points: the function was rewritten for the later exercise, which passed."""
    note = msg(
        "Done on the way to exercise {later}: {function} was rewritten there.",
        later=later.id,
        function=exercise.function,
    )
    done = blank_result(exercise, ExerciseStatus.SUPERSEDED, result.checks)
    return replace(done, points=exercise.max_points, notes=(note,), cell=later.cell)


def not_begun_result(result: ExerciseResult, exercise: Exercise, earlier: Exercise) -> ExerciseResult:
    """MISSING: the function is still the earlier exercise's."""
    note = msg("{function} is still that of exercise {id}.", function=exercise.function, id=earlier.id)
    return replace(_unrun_result(result, exercise), notes=(note,), begun=False)


def together_result(result: ExerciseResult, exercise: Exercise, later: Exercise) -> ExerciseResult:
    """MISSING: the function is already the later exercise's, and is not right yet."""
    note = msg(
        "It counts together with exercise {later}: your {function} is already the one for that exercise.",
        later=later.id,
        function=exercise.function,
    )
    return replace(_unrun_result(result, exercise), notes=(note,), together=later.id)


def _unrun_result(result: ExerciseResult, exercise: Exercise) -> ExerciseResult:
    unrun = tuple(
        CheckResult(one.id, one.title, CheckStatus.NOT_RUN, one.max_points, one.max_bonus) for one in result.checks
    )
    return blank_result(exercise, ExerciseStatus.MISSING, unrun)
