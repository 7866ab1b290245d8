"""What a person grades: its points are open until somebody gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.course.course import Course, Exercise
from grader.i18n import msg
from grader.judging.results import blank_result
from grader.judging.written_answer import find_answer
from grader.model import CheckResult, CheckStatus, ExerciseResult, ExerciseStatus, Notebook

_NOTHING_WRITTEN = msg("No answer is written yet.")
_NOTHING_THERE = frozenset({ExerciseStatus.MISSING, ExerciseStatus.NOT_RUN})


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person gave for a unit.

    Attributes:
        points: From 0 to what the unit is worth.
        comment: What the participant reads; empty for none.
    """

    points: float
    comment: str = ""


def with_by_hand(
    results: Iterable[ExerciseResult], course: Course, notebook: Notebook | None, only: Sequence[str] = ()
) -> tuple[ExerciseResult, ...]:
    """The results with what a person grades, in the course's order. `notebook`: None where nobody could read it."""
    tested = {result.id: result for result in results}
    chosen = [exercise for exercise in course.exercises if not only or exercise.id in only]
    return tuple(
        _with_open(tested[exercise.id], exercise) if exercise.tested else _written(exercise, course, notebook)
        for exercise in chosen
        if exercise.id in tested or not exercise.tested
    )


def _with_open(result: ExerciseResult, exercise: Exercise) -> ExerciseResult:
    """A tested exercise of which a person grades a part; not where there is nothing to look at."""
    if not exercise.by_hand:
        return result
    nothing = result.cell is None and result.status in _NOTHING_THERE
    checks = (*result.checks, *_checks(exercise, CheckStatus.NOT_RUN if nothing else CheckStatus.BY_HAND))
    status = ExerciseStatus.BY_HAND if result.status.done and not nothing else result.status
    return replace(result, status=status, max_points=exercise.worth, checks=checks)


def _written(exercise: Exercise, course: Course, notebook: Notebook | None) -> ExerciseResult:
    """A written answer."""
    if notebook is None:
        return _without_tests(exercise, ExerciseStatus.NOT_RUN, CheckStatus.NOT_RUN)
    answer = find_answer(exercise, course, notebook)
    if answer is None:
        missing = _without_tests(exercise, ExerciseStatus.MISSING, CheckStatus.NOT_RUN)
        return replace(missing, notes=(_NOTHING_WRITTEN,), begun=False)
    written = _without_tests(exercise, ExerciseStatus.BY_HAND, CheckStatus.BY_HAND)
    return replace(written, answer=answer.text, cell=answer.cell, notes=answer.notes)


def _without_tests(exercise: Exercise, status: ExerciseStatus, each: CheckStatus) -> ExerciseResult:
    return replace(blank_result(exercise, status, _checks(exercise, each)), max_points=exercise.worth)


def _checks(exercise: Exercise, status: CheckStatus) -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(exercise.unit(line), line.title, status, line.max_points, 0.0, by_hand=True)
        for line in exercise.by_hand
    )


def with_marks(result: ExerciseResult, marks: Mapping[str, Mark]) -> ExerciseResult:
    """The result with what a person gave for its units."""
    if not any(check.by_hand and check.id in marks for check in result.checks):
        return result
    checks = tuple(_marked(check, marks.get(check.id)) for check in result.checks)
    given = sum(check.points for check in checks if check.by_hand)
    return replace(result, checks=checks, points=result.points + given, status=_status(result, checks, given))


def _marked(check: CheckResult, mark: Mark | None) -> CheckResult:
    if mark is None or not check.by_hand:
        return check
    status = CheckStatus.PASSED if mark.points >= check.max_points else CheckStatus.PARTIAL
    status = CheckStatus.FAILED if mark.points <= 0 else status
    return replace(check, status=status, share=mark.points / check.max_points, message=mark.comment or None)


def _status(result: ExerciseResult, checks: Sequence[CheckResult], given: float) -> ExerciseStatus:
    """What it is with these marks. BY_HAND before means that all of its tests passed, or that it has none."""
    by_hand = {check.status for check in checks if check.by_hand}
    if result.status is not ExerciseStatus.BY_HAND:
        lost = result.status in (ExerciseStatus.FAILED, *_NOTHING_THERE)
        return ExerciseStatus.PARTIAL if lost and given else result.status
    if CheckStatus.BY_HAND in by_hand:
        return ExerciseStatus.BY_HAND
    if by_hand == {CheckStatus.PASSED}:
        return ExerciseStatus.PASSED
    return ExerciseStatus.PARTIAL if given or result.points else ExerciseStatus.FAILED
