"""Judges an exercise again with right results in the place of earlier exercises' functions that are wrong.

A participant loses points once for a mistake, not again in each exercise that calls the wrong function.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.course.course import Exercise
from grader.i18n import CellRef, Message, Text, msg
from grader.judging.attempts import Attempt, Examiner
from grader.judging.binding import Binding
from grader.judging.carry_names import attempt_with_names
from grader.judging.compare import COLUMN
from grader.judging.results import Judged, result_of
from grader.kernel.session import CannotAnswer, StandInAnswer, Version
from grader.model import ExerciseResult, ExerciseStatus

MAX_ASKED = 100_000  # numbers in an argument that the grader computes with
_NO_SENSE = (TypeError, ValueError, KeyError, IndexError, ArithmeticError, RecursionError, MemoryError)


@dataclass(frozen=True, slots=True)
class Need:
    """An earlier exercise whose function is answered by the grader, because it is wrong or answers in another form.

    Attributes:
        exercise: the earlier exercise.
        attempts: how the participant's function was tried; the first tells the order of its arguments.
        ungraded: whether it can't be judged here; then it costs nothing.
        form: what its answers look like, where they were accepted though they should look otherwise; it costs nothing.
        later: the cell of a later version of its function, which is wrong, where an earlier one passed.
    """

    exercise: Exercise
    attempts: Sequence[Attempt]
    ungraded: bool = False
    form: str = ""
    later: int | None = None


def carry_forward(judged: Judged, needs: Sequence[Need], examiner: Examiner) -> Judged:
    """The exercise with the points that it earns once the results of `needs` are right, if it passes then."""
    exercise, asked = judged.exercise, tuple(name for need in needs for name in need.exercise.names)
    called: set[str] = set()
    answer = _answerer(needs, examiner, called)
    failed: list[Attempt] = []
    for binding, invocation in examiner.ways(exercise, examiner.versions(exercise), asked):
        attempt = examiner.attempt(exercise, binding, invocation, answer)
        if attempt.passed:
            seen = [need for need in needs if called.intersection(need.exercise.names)] or needs
            result = _carried_result(judged.result, exercise, attempt, seen, examiner)
            return replace(judged, result=result, attempt=attempt, to_diagnose=())
        called.clear()
        failed.append(attempt)
    return replace(judged, to_diagnose=(*judged.to_diagnose, *failed))


def carry_names(judged: Judged, needs: Sequence[Need], examiner: Examiner) -> Judged:
    """The same for an exercise that asks for names: its cells run again with the right values of the needed names."""
    attempt = attempt_with_names(judged.exercise, [need.exercise for need in needs], examiner)
    if attempt is None:
        return judged
    carried = _carried_result(judged.result, judged.exercise, attempt, needs, examiner)
    result = replace(carried, cell=judged.result.cell)  # the attempt counts the cells of another notebook
    return replace(judged, result=result, to_diagnose=())


def _carried_result(
    result: ExerciseResult, exercise: Exercise, attempt: Attempt, needs: Sequence[Need], examiner: Examiner
) -> ExerciseResult:
    carried = _without_calls(result_of(exercise, attempt))
    names = ", ".join(f"{need.exercise.function} ({need.exercise.id})" for need in needs)
    if result.status is ExerciseStatus.PASSED:
        if carried.bonus <= result.bonus:
            return carried if carried.bonus == result.bonus else result
        note = msg("With a right {names} it earns its bonus too.", names=names)
        return replace(carried, notes=(note,))
    if all(need.ungraded or need.form for need in needs):
        return replace(carried, notes=(_free_note(exercise, needs, names), *carried.notes))
    points = max(result.points, exercise.max_points - examiner.course.carried_deduction)
    note = msg(
        "Your {function} is right: it fails only because of {names}. It counts; points taken off: {lost}.",
        function=exercise.function,
        names=names,
        lost=exercise.max_points - points,
    )
    later = [_later_note(need, need.later) for need in needs if need.later is not None]
    return replace(carried, points=points, notes=(note, *later, *carried.notes))


def _later_note(need: Need, cell: int) -> Text:
    """Why a function is to blame whose exercise passed."""
    return msg(
        "An earlier {function} passed as exercise {id}. Later cells call the one in cell {cell}, which is wrong.",
        function=need.exercise.function,
        id=need.exercise.id,
        cell=CellRef(cell),
    )


def _without_calls(result: ExerciseResult) -> ExerciseResult:
    """Without the calls that show what is left: pasted, they would meet the participant's own wrong functions."""
    checks = tuple(replace(check, input=None, expected=None, actual=None) for check in result.checks)
    return replace(result, checks=checks)


def _free_note(exercise: Exercise, needs: Sequence[Need], names: str) -> Text:
    """Why an exercise that is right by itself went wrong, where that costs nothing."""
    odd = [need for need in needs if need.form]
    if not odd:
        return msg("Your {function} is right, given a right {names}.", function=exercise.function, names=names)
    column = next((need for need in odd if need.form == COLUMN), None)
    if column is not None:
        return msg(
            "Your {function} is right and counts in full. It goes wrong only because {name} returns shape (N, 1): "
            "numpy makes (N, 1) and (N,) into a table of N x N numbers (broadcasting). Let {name} return shape (N,).",
            function=exercise.function,
            name=f"{column.exercise.function} ({column.exercise.id})",
        )
    return msg(
        "Your {function} is right and counts in full. It goes wrong only because of the shape that {names} returns.",
        function=exercise.function,
        names=", ".join(f"{need.exercise.function} ({need.exercise.id})" for need in odd),
    )


def odd_form(attempt: Attempt | None) -> str:
    """What the answers of an attempt look like where that was accepted with a remark; "" where there was none."""
    remarks = [remark for check in attempt.results for remark in check.remarks] if attempt else []
    forms = [str(remark.values.get("actual", "?")) for remark in remarks if isinstance(remark, Message)]
    return next((form for form in forms if form == COLUMN), next(iter(forms), ""))


def _answerer(needs: Sequence[Need], examiner: Examiner, called: set[str]) -> StandInAnswer:
    """Answers the calls of the needed functions with the reference's results. Only data leaves the grader. The names of
    the functions go into `called`."""
    by_name = {name: (need.exercise, *_way(need)) for need in needs for name in need.exercise.names}

    def answer(name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        known = by_name.get(name)
        if known is None:
            raise CannotAnswer("no such function")
        called.add(name)
        exercise, binding, version = known
        try:
            arguments = _of_one_shape(binding.collect(args, kwargs, version))
            return examiner.course.solution(exercise.id)(*arguments)
        except _NO_SENSE as error:
            raise CannotAnswer(f"{exercise.function} got arguments that make no sense") from error

    return answer


def _way(need: Need) -> tuple[Binding, Version | None]:
    """How the participant's function is called."""
    if not need.attempts:
        return _course_order(need.exercise), None
    return need.attempts[0].binding, need.attempts[0].version


def _of_one_shape(arguments: Sequence[object]) -> list[object]:
    """The arguments as numbers and arrays of one length, so that a call costs the grader no more than was sent."""
    numeric = [argument if type(argument) in _PLAIN else _numeric(argument) for argument in arguments]
    shapes = {argument.shape for argument in numeric if isinstance(argument, np.ndarray)} - {()}
    if len(shapes) > 1 or (shapes and not _may_be_asked(*shapes)):
        raise ValueError("not numbers and arrays of one length")
    return numeric


def _may_be_asked(shape: Sequence[int]) -> bool:
    return len(shape) <= 2 and math.prod(shape) <= MAX_ASKED


_PLAIN = frozenset({np.ndarray, float, np.float64})


def _numeric(value: object) -> object:
    if isinstance(value, list | tuple):
        return np.asarray(value, dtype=float)
    if not isinstance(value, int | float | np.generic | np.ndarray):
        raise TypeError(type(value).__name__)
    return value


def _course_order(exercise: Exercise) -> Binding:
    """The arguments in the course's own order; each may come by keyword too."""
    return Binding(tuple(range(len(exercise.parameters))), tuple(zip(exercise.parameters, range(99), strict=False)))
