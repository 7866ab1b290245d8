"""Exercises that share one function: for which of the two a participant has written theirs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.course.course import Course, Exercise
from grader.course.sources import summary
from grader.judging.attempts import Attempt, Examiner
from grader.judging.compare import split
from grader.judging.stand_in import Call

_NO_VALUE = (TypeError, ValueError, ArithmeticError, IndexError, KeyError)
_Form = tuple[tuple[int, ...], ...]


def only_for_later(
    earlier: Exercise,
    later: Exercise,
    attempts: Sequence[Attempt],
    later_attempts: Sequence[Attempt],
    examiner: Examiner,
) -> bool:
    """Whether all that was written is for the later exercise: the earlier one's stub is untouched and that of the later
    one is not, or no version can be called for the earlier one, or each answers in the later one's form."""
    if not later_attempts:
        return False
    alone = len(examiner.versions(earlier)) == 1
    if not attempts or (alone and _has_stub(earlier, examiner) and not _has_stub(later, examiner)):
        return True
    return all(_answers_as(attempt, later, earlier, examiner.course) for attempt in attempts)


def only_for_earlier(
    earlier: Exercise,
    later: Exercise,
    attempts: Sequence[Attempt],
    later_attempts: Sequence[Attempt],
    examiner: Examiner,
) -> bool:
    """Whether all that was written is for the earlier exercise: the later one's stub stands untouched below it, or the
    only version can't be called for the later one."""
    if not attempts:
        return False
    if not later_attempts:
        return len(examiner.versions(later)) == 1
    stubs = [version.cell for version in examiner.session.versions if _is_stub(version.name, version.source, later)]
    written = [version.cell for version in examiner.versions(later)]
    return bool(stubs) and not _has_stub(earlier, examiner) and max(written) < max(stubs)


def _has_stub(exercise: Exercise, examiner: Examiner) -> bool:
    """Whether the exercise's own empty function still stands in the notebook."""
    return any(_is_stub(version.name, version.source, exercise) for version in examiner.session.versions)


def _is_stub(name: str, source: str, exercise: Exercise) -> bool:
    """Whether it is this exercise's empty function: two that share a name may differ in their docstring alone. Its
    first line tells them apart, for the rest may have changed since the notebooks were handed out."""
    return name in exercise.names and exercise.is_stub(source) and summary(source) == summary(exercise.stub)


def _answers_as(attempt: Attempt, wanted: Exercise, other: Exercise, course: Course) -> bool:
    """Whether the answers have the form of the one exercise's in every call where the two differ; there must be one."""
    told = [_tell(call, wanted, other, course) for call in attempt.calls]
    return any(told) and None not in told


def _tell(call: Call, wanted: Exercise, other: Exercise, course: Course) -> bool | None:
    """True where an answer has the form of the one exercise's, None where not, False where the forms are the same."""
    forms = [_solved_form(exercise, call.args, course) for exercise in (wanted, other)]
    if None in forms or forms[0] == forms[1]:
        return False
    assert forms[0] is not None
    return True if _form(call.answer.value, len(forms[0])) == forms[0] else None


def _solved_form(exercise: Exercise, arguments: Sequence[object], course: Course) -> _Form | None:
    try:
        with np.errstate(all="ignore"):
            solved = course.solution(exercise.id)(*arguments)
    except _NO_VALUE:
        return None
    return _form(solved, len(solved)) if isinstance(solved, tuple) else None


def _form(value: object, count: int) -> _Form | None:
    """The shape of each part of an answer; one number in an array has that of a number."""
    parts, _ = split(value, count)
    try:
        return None if parts is None else tuple(_shape(part) for part in parts)
    except ValueError:  # rows of different lengths
        return None


def _shape(part: object) -> tuple[int, ...]:
    array = np.asarray(part)
    return () if array.size == 1 else array.shape
