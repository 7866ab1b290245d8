"""Says what is wrong with exercises that were judged: a known mistake, or what the source or an exception suggests."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from grader.course.course import Course, Exercise
from grader.diagnosis.by_answers import find_clue, find_known_mistake, find_pair_with_part, find_vague_clue
from grader.diagnosis.called_functions import called_exercises
from grader.diagnosis.confirmed import confirmed
from grader.diagnosis.exception_hints import find_cell_hint, find_exception_hint, notebook_context
from grader.diagnosis.exception_rule import Fault, NotebookContext
from grader.diagnosis.function_source import FunctionSource, SourceContext, read_function
from grader.diagnosis.helper_functions import find_in_helpers, read_helpers
from grader.diagnosis.observed import Observed
from grader.diagnosis.source_hints import (
    find_endless_hint,
    find_none_hint,
    find_sharp_hint,
    find_source_hint,
    find_unused_value,
)
from grader.i18n import CellRef, Text, Value, msg
from grader.judging.attempts import Attempt
from grader.judging.describe import error_text
from grader.judging.results import Judged
from grader.judging.stand_in import Call
from grader.kernel.session import Calls
from grader.model import CellResult, CellStatus, CheckResult, CheckStatus, Diagnosis, ExerciseResult
from grader.submissions.bound_names import defines

Find = Callable[[Exercise, Course, Sequence[Observed], Mapping[str, str]], "Diagnosis | None"]
_BAD = frozenset({CheckStatus.FAILED, CheckStatus.ERROR, CheckStatus.TIMED_OUT})


def diagnose(judged: Sequence[Judged], session: Calls, course: Course) -> tuple[ExerciseResult, ...]:
    """The results of the exercises with what there is to say about their mistakes, as far as the time reaches; points
    stay as they are."""
    results = [
        _say(session, one.result, partial(name_known_mistake, one, course)) if _has_wrong(one) else one.result
        for one in judged
    ]
    if all(result.status.done for result in results):
        return tuple(results)
    notebook = notebook_context(session.sources, session.cells, course, session.walls)
    return tuple(
        result
        if result.status.done or result.needs
        else _say(session, result, partial(_explain, one, result, session, course, notebook))
        for one, result in zip(judged, results, strict=True)
    )


def _has_wrong(judged: Judged) -> bool:
    """Whether a check of it failed that may show a mistake."""
    return not all(attempt.flawless for attempt in judged.to_diagnose)


def _say(session: Calls, result: ExerciseResult, explain: Callable[[], ExerciseResult]) -> ExerciseResult:
    """The result explained; as it is where there is no time for that, or where what a participant wrote breaks it, for
    words must not cost points."""
    if not session.budget.may_explain:
        return result
    try:
        with warnings.catch_warnings():  # a mistake may take the mean of nothing
            warnings.simplefilter("ignore")
            return explain()
    except Exception:
        return result


def name_known_mistake(judged: Judged, course: Course) -> ExerciseResult:
    """The result with the known mistake that its answers look like, if there is one."""
    if judged.result.needs:
        return judged.result  # it may well be right where nothing is lacking
    found = (_known_mistake(judged.exercise, attempt, course) for attempt in judged.to_diagnose)
    return _with_diagnosis(judged.result, next(filter(None, found), None))


def _known_mistake(exercise: Exercise, attempt: Attempt, course: Course) -> Diagnosis | None:
    return find_known_mistake(exercise, course, _telling_calls(exercise, attempt, course))


def _telling_calls(exercise: Exercise, attempt: Attempt, course: Course) -> list[Observed]:
    """The calls of an attempt whose answers may show a mistake."""
    if exercise.asks or attempt.flawless or not attempt.finished:
        return []
    if all(call.answer.value is not None for call in attempt.calls):
        return [_observed(call, in_place=False) for call in attempt.calls]  # which matters only where there is no value
    function = read_function(attempt.version, _own_names(exercise, attempt), SourceContext(course))
    if function is not None and function.returned and _all_none(attempt):
        return []  # it has a return, yet returns None: its source says more than any known mistake
    in_place = function is not None and function.in_place
    return [_observed(call, in_place) for call in attempt.calls]


def _observed(call: Call, in_place: bool) -> Observed:
    raised = call.answer.raised.type if call.answer.raised else ""
    return Observed(call.args, call.answer.value, raised, bool(call.printed.strip()), in_place, call.kwargs)


def _all_none(attempt: Attempt) -> bool:
    return all(call.answer.value is None for call in attempt.calls)


# ---- where no known mistake says why it failed


def _explain(
    judged: Judged, result: ExerciseResult, session: Calls, course: Course, notebook: NotebookContext
) -> ExerciseResult:
    attempt = judged.attempt
    asks = bool(judged.exercise.asks)
    if attempt is not None and not asks:
        called = called_exercises(judged.exercise, attempt.version, session.versions, course)
        result = replace(result, calls=called)
    if attempt is not None and not asks and not any(check.diagnosis for check in result.checks):
        around = _source_context(attempt, session, course, notebook)
        function = read_function(attempt.version, _own_names(judged.exercise, attempt), around)
        helpers = read_helpers(function, session.versions) if function else []
        result = _with_source_hint(judged, result, function, helpers, course)
        result = _with_exception_hint(result, attempt, notebook)
    return _with_broken_cell(judged.exercise, result, session, notebook)


def _with_source_hint(
    judged: Judged,
    result: ExerciseResult,
    function: FunctionSource | None,
    helpers: Sequence[FunctionSource],
    course: Course,
) -> ExerciseResult:
    """With what the source and the answers make probable, where the first check that did not pass is a wrong answer or
    none. The surest comes first."""
    bad, attempt = _first_bad(result), judged.attempt
    if bad is None or attempt is None or bad.status is CheckStatus.ERROR:
        return result
    if function is not None and bad.status is CheckStatus.TIMED_OUT:
        return _with_diagnosis(result, find_endless_hint(function) or find_in_helpers(helpers, find_endless_hint))
    if function is not None and _all_none(attempt):
        return _with_diagnosis(result, find_in_helpers(helpers, find_none_hint) or find_none_hint(function))
    from_answers = partial(_clue, judged, course)
    if function is None:
        return _with_diagnosis(result, from_answers(find_clue) or from_answers(find_vague_clue))
    found = (
        find_sharp_hint(function)
        or find_in_helpers(helpers, find_sharp_hint)
        or confirmed(from_answers(find_clue), find_source_hint(judged.exercise, function))
        or find_unused_value(judged.exercise, function)
        or from_answers(find_pair_with_part)
        or find_source_hint(judged.exercise, function)
        or from_answers(find_vague_clue)
    )
    return _with_diagnosis(result, found)


def _clue(judged: Judged, course: Course, find: Find) -> Diagnosis | None:
    """What the answers of the first attempt show that show anything."""
    exercise = judged.exercise
    found = (
        find(exercise, course, _telling_calls(exercise, attempt, course), _own_names(exercise, attempt))
        for attempt in judged.to_diagnose
    )
    return next(filter(None, found), None)


def _source_context(attempt: Attempt, session: Calls, course: Course, notebook: NotebookContext) -> SourceContext:
    arguments = [one for call in attempt.calls for one in call.args]
    whole = any(isinstance(one, np.ndarray) and one.dtype.kind in "iu" for one in arguments)
    known = [version for version in session.versions if version.parameters is not None]
    parameters = {version.name: tuple(one.name for one in version.parameters or ()) for version in known}
    return SourceContext(course, notebook.names.imported, parameters, whole)


def _own_names(exercise: Exercise, attempt: Attempt) -> dict[str, str]:
    """The course's name of each argument to the name that the version has for it."""
    given = [one.name for one in attempt.version.parameters or () if not one.kind.startswith("var_")]
    own = {exercise.parameters[index]: name for name, index in zip(given, attempt.binding.places, strict=False)}
    return own | {exercise.parameters[index]: name for name, index in attempt.binding.keywords}


def _with_exception_hint(result: ExerciseResult, attempt: Attempt, notebook: NotebookContext) -> ExerciseResult:
    """With what usually causes the exception that the first check with an error ended with."""
    bad = next((check for check in result.checks if check.status is CheckStatus.ERROR), None)
    raised = [call.answer.raised for call in attempt.calls if call.answer.raised is not None]
    met = next((one for one in raised if bad is not None and bad.actual == error_text(one)), None)
    if met is None:
        return result
    found = find_exception_hint(Fault(met.type, met.text, met.code, callers=tuple(met.callers)), notebook)
    checks = [replace(check, diagnosis=found) if check is bad else check for check in result.checks]
    return replace(result, checks=tuple(checks))


def _with_diagnosis(result: ExerciseResult, found: Diagnosis | None) -> ExerciseResult:
    """With this diagnosis at the first check that did not pass."""
    bad = _first_bad(result)
    if bad is None or found is None:
        return result
    checks = [replace(check, diagnosis=found) if check is bad else check for check in result.checks]
    return replace(result, checks=tuple(checks))


def _first_bad(result: ExerciseResult) -> CheckResult | None:
    return next((check for check in result.checks if check.status in _BAD), None)


# ---- a function in a cell that did not run to its end


def _with_broken_cell(
    exercise: Exercise, result: ExerciseResult, session: Calls, notebook: NotebookContext
) -> ExerciseResult:
    """Names the last cell that defines the function and did not run to its end, if it comes after the judged one."""
    sources = {cell.index: cell for cell in session.sources}
    broken = [
        cell
        for cell in session.cells
        if cell.status is not CellStatus.OK
        and any(defines(sources[cell.index], name) for name in exercise.names)
        and (result.cell is None or cell.index > result.cell)
    ]
    if not broken:
        return result
    cell = broken[-1]
    notes = (_broken_note(exercise, cell), find_cell_hint(cell, notebook), *result.notes)
    at = cell.index if result.cell is None else result.cell
    return replace(result, cell=at, begun=True, notes=tuple(note for note in notes if note is not None))


def _broken_note(exercise: Exercise, cell: CellResult) -> Text:
    values: dict[str, Value] = {"function": exercise.function, "cell": CellRef(cell.index)}
    if cell.status is CellStatus.TIMED_OUT:
        return msg("{function} is in cell {cell}, which took too long and was stopped.", **values)
    if cell.status is CellStatus.ERROR and cell.line is not None:
        return msg(
            "{function} is in cell {cell}, which ended with an error in line {line}: {error}",
            **values,
            line=cell.line,
            error=cell.error or "",
        )
    return msg("{function} is in cell {cell}, which did not run to its end.", **values)
