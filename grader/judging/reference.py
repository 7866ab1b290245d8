"""The reference in a participant's place, in this process: it tells a broken test from a broken answer.

Only for tests that look at nothing but functions; what looks at the notebook needs a reference in a kernel.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from itertools import takewhile

from grader.course.course import Course, Exercise
from grader.course.sources import heard
from grader.judging.binding import LEFT_OUT
from grader.judging.stand_in import Function
from grader.judging.subject import Subject
from grader.kernel.session import Answer


def reference_subject(course: Course, exercise: Exercise) -> Subject:
    """The exercise's reference, as its hidden tests see it."""

    def other(name: str) -> Function | None:
        found = [one for one in course.exercises if one.function == name and not one.asks]
        return reference_function(course, found[-1]) if found else None

    return Subject(exercise.function, reference_function(course, exercise), find=other)


def reference_function(course: Course, exercise: Exercise) -> Function:
    """A function that answers as the reference does."""

    def ask(cases: Sequence[Sequence[object]], writes_back: bool = False) -> list[Answer]:  # noqa: ARG001  always does
        return [_solve(course, exercise, case) for case in cases]

    return Function(exercise.function, ask, parameters=exercise.parameters)


def _solve(course: Course, exercise: Exercise, case: Sequence[object]) -> Answer:
    """The reference's answer to a call."""
    args = list(takewhile(lambda value: value is not LEFT_OUT, case))
    rest = zip(exercise.parameters[len(args) :], case[len(args) :], strict=False)
    with heard() as printed, contextlib.redirect_stdout(printed):
        named = {name: value for name, value in rest if value is not LEFT_OUT}
        value = course.solution(exercise.id)(*args, **named)
    return Answer(value, printed=printed.getvalue())
