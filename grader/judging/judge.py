"""Which of a submission's functions answers which exercise, and what it earns. Every benefit of the doubt is here."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np

from grader.course.course import Course, Exercise
from grader.diagnosis.exception_hints import Fault, NotebookContext, cell_cause, find_cause, notebook_of
from grader.diagnosis.function_source import SourceContext, read
from grader.diagnosis.known_mistakes import Observed, diagnose
from grader.diagnosis.source_hints import find_clue, find_endless_clue, find_none_clue
from grader.i18n import Text, Value, msg
from grader.judging import binding, curve
from grader.judging.binding import Binding
from grader.judging.suite import Ask, Call, Function, Suite
from grader.kernel.session import (
    Answer,
    Calls,
    CannotAnswer,
    Case,
    Invocation,
    Problem,
    StandInAnswer,
    Version,
)
from grader.model import (
    CellResult,
    CellStatus,
    CheckResult,
    CheckStatus,
    Config,
    Diagnosis,
    ExerciseResult,
    ExerciseStatus,
)
from grader.submissions.bound_names import defines

MAX_CANDIDATES = 24
MAX_LOST_CALLS = 2
MAX_ASKED = 100_000
_BAD = frozenset({CheckStatus.FAILED, CheckStatus.ERROR, CheckStatus.TIMED_OUT})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One version, called one way, and how the checks went."""

    version: Version
    binding: Binding
    results: tuple[CheckResult, ...]
    calls: tuple[Call, ...]
    after_cell: bool = False

    @property
    def points(self) -> float:
        return sum(result.points for result in self.results)

    @property
    def bonus(self) -> float:
        return sum(result.bonus for result in self.results)

    @property
    def passed(self) -> bool:
        """Every check that is worth points passed; for an exercise that is all bonus, every check."""
        counted = [result for result in self.results if result.max_points] or self.results
        return all(result.status is CheckStatus.PASSED for result in counted)

    @property
    def whole(self) -> bool:
        return all(result.status is CheckStatus.PASSED for result in self.results)


class Judge:
    """Judges the exercises of one session."""

    def __init__(self, session: Calls, course: Course, suite: Suite, config: Config, sha256: str) -> None:
        self._session = session
        self._course = course
        self._suite = suite
        self._config = config
        self._seed = [course.seed, config.seed, *(int(sha256[at : at + 8], 16) for at in range(0, 32, 8))]
        self._attempts: dict[str, list[Attempt]] = {}
        self._judged: dict[str, Attempt] = {}

    def results(self) -> tuple[ExerciseResult, ...]:
        """A result for every exercise of the course, in its order."""
        results = {exercise.id: self.as_handed_in(exercise) for exercise in self._course.exercises}
        for exercise in self._course.exercises:
            results[exercise.id] = self._supersede(exercise, results)
        for exercise in self._course.exercises:
            results[exercise.id] = self._carry(exercise, results)
        for exercise in self._course.exercises:
            results[exercise.id] = self._not_begun(exercise, results)
        return tuple(
            self._drawn(exercise, self._explained(exercise, results[exercise.id]))
            for exercise in self._course.exercises
        )

    # ---- as handed in

    def as_handed_in(self, exercise: Exercise) -> ExerciseResult:
        """One exercise by itself: nothing is credited or carried from another."""
        attempts = self._attempts[exercise.id] = list(self._try(exercise, self._own(exercise)))
        if attempts:
            return self._diagnosed(exercise, self._best(attempts))
        return self._missing(exercise)

    def _diagnosed(self, exercise: Exercise, attempt: Attempt) -> ExerciseResult:
        self._judged[exercise.id] = attempt
        return _with_diagnosis(_result(exercise, attempt), self._diagnosis(exercise, attempt))

    def _diagnosis(self, exercise: Exercise, attempt: Attempt) -> Diagnosis | None:
        """The known mistake that all of the answers look like."""
        if attempt.whole or any(call.answer.problem not in (None, Problem.RAISED) for call in attempt.calls):
            return None
        written = read(attempt.version, _own_names(exercise, attempt), SourceContext(self._course))
        in_place = written is not None and written.in_place
        if written is not None and written.returned and all(call.answer.value is None for call in attempt.calls):
            return None  # it has a return, of nothing: the source says more than any known mistake
        return diagnose(exercise, self._course, [_observed(call, in_place) for call in attempt.calls])

    def _own(self, exercise: Exercise) -> list[Version]:
        """The versions of the exercise's function without the stubs that were handed out, the likeliest first: the
        latest, or the earliest where a later exercise takes over the function."""
        named = [version for version in self._session.versions if version.name in exercise.names]
        ordered = named if exercise.superseded_by else named[::-1]
        return [version for version in ordered if not self._is_stub(version)]

    def _is_stub(self, version: Version) -> bool:
        return any(version.name in other.names and other.is_stub(version.source) for other in self._course.exercises)

    def _try(self, exercise: Exercise, versions: Sequence[Version], stop: bool = True) -> Iterator[Attempt]:
        """Attempts until one gets everything: each version in every order of arguments and state that makes sense."""
        for version, way, after_cell in islice(self._ways(exercise, versions), MAX_CANDIDATES):
            attempt = self._attempt(exercise, way, Invocation(version, after_cell))
            yield attempt
            if stop and attempt.whole:
                return

    def _ways(self, exercise: Exercise, versions: Sequence[Version]) -> Iterator[tuple[Version, Binding, bool]]:
        for version in versions:
            for way in binding.bindings(version, exercise, self._course):
                yield version, way, False
                if version.rebound:
                    yield version, way, True

    def _attempt(
        self, exercise: Exercise, way: Binding, invocation: Invocation, needs: Sequence[Exercise] = ()
    ) -> Attempt:
        answerer = self._answerer(needs) if needs else None
        asker = _asker(self._session, way, invocation, self._seed, answerer)
        function = Function(invocation.version.name, asker, way.arrange)
        results = self._suite.run(exercise.id, function, self._seed)
        return Attempt(invocation.version, way, results, tuple(function.calls), invocation.after_cell)

    def _best(self, attempts: Sequence[Attempt]) -> Attempt:
        """The attempt that earns most, of equals the likeliest."""
        return max(attempts, key=lambda attempt: attempt.points + attempt.bonus)

    def _missing(self, exercise: Exercise) -> ExerciseResult:
        note: Text | None = None
        near: Version | None = None
        versions = self._own(exercise)
        if versions:
            note = _wrong_arguments(exercise, versions[0])
        elif any(version.name in exercise.names for version in self._session.versions):
            note = msg("{function} is still the empty one that was handed out.", function=exercise.function)
        else:
            near = binding.near_miss(self._session.versions, exercise)
            if near is not None:
                note = msg(
                    "There is no {function}, but there is {near} in cell {cell}. Is it the name?",
                    function=exercise.function,
                    near=near.name[:60],
                    cell=near.cell + 1,
                )
        checks = tuple(check.result(CheckStatus.NOT_RUN) for check in self._suite.checks(exercise.id))
        status = ExerciseStatus.MISSING
        if versions and not self._shared(exercise):
            status = ExerciseStatus.FAILED
        cell = versions[0].cell if versions and status is ExerciseStatus.FAILED else None
        if not versions and near is not None:
            cell = near.cell
        return replace(_blank(exercise, status, checks), notes=(note,) if note else (), cell=cell)

    def _shared(self, exercise: Exercise) -> bool:
        return any(other.function == exercise.function for other in self._course.exercises if other is not exercise)

    # ---- why it failed, where no known mistake says so

    def _explained(self, exercise: Exercise, result: ExerciseResult) -> ExerciseResult:
        if result.status.done:
            return result
        attempt = self._judged.get(exercise.id)
        if attempt is not None and not _diagnosis_of(result):
            result = _with_cause(self._with_clue(exercise, result, attempt), attempt, self._notebook)
        return self._with_broken_cell(exercise, result)

    def _with_clue(self, exercise: Exercise, result: ExerciseResult, attempt: Attempt) -> ExerciseResult:
        """With what the source makes probable, where the first check that did not pass is a wrong answer or none."""
        bad = _first_bad(result)
        version, own, around = attempt.version, _own_names(exercise, attempt), self._surroundings(attempt)
        if bad is None or bad.status not in (CheckStatus.FAILED, CheckStatus.TIMED_OUT):
            return result
        if bad.status is CheckStatus.TIMED_OUT:
            return _with_diagnosis(result, find_endless_clue(version, own, around))
        if all(call.answer.value is None for call in attempt.calls):
            return _with_diagnosis(result, find_none_clue(version, own, around))
        return _with_diagnosis(result, find_clue(exercise, version, own, around))

    def _with_broken_cell(self, exercise: Exercise, result: ExerciseResult) -> ExerciseResult:
        """Names the cell that defines the function, or defines it again, and did not run to its end."""
        sources = {cell.index: cell for cell in self._session.sources}
        broken = [
            cell
            for cell in self._session.cells
            if cell.status is not CellStatus.OK
            and any(defines(sources[cell.index], name) for name in exercise.names)
            and (result.cell is None or cell.index > result.cell)
        ]
        if not broken:
            return result
        cell = broken[-1]
        notes = (_broken_note(exercise, cell), cell_cause(cell, self._notebook), *result.notes)
        at = cell.index if result.cell is None else result.cell
        return replace(result, cell=at, notes=tuple(note for note in notes if note is not None))

    @cached_property
    def _notebook(self) -> NotebookContext:
        return notebook_of(self._session.sources, self._session.cells)

    def _surroundings(self, attempt: Attempt) -> SourceContext:
        arguments = [one for call in attempt.calls for one in call.args]
        whole = any(isinstance(one, np.ndarray) and one.dtype.kind in "iu" for one in arguments)
        known = [version for version in self._session.versions if version.parameters is not None]
        parameters = {version.name: tuple(one.name for one in version.parameters or ()) for version in known}
        return SourceContext(self._course, self._notebook.names.imported, parameters, whole)

    # ---- done on the way to a later exercise

    def _supersede(self, exercise: Exercise, results: dict[str, ExerciseResult]) -> ExerciseResult:
        """Full points when the later exercise passed and nothing else was written for this one: the in-place edit."""
        result, later = results[exercise.id], self._course.supersedes(exercise)
        if later is None or result.status.done or results[later.id].status is not ExerciseStatus.PASSED:
            return result
        attempts = self._attempts[exercise.id]
        ids = {attempt.version.id for attempt in attempts}
        others = [version for version in self._own(exercise) if version.id in ids]
        passing = {attempt.version.id for attempt in self._try(later, others, stop=False) if attempt.passed}
        separate = [attempt for attempt in attempts if attempt.version.id not in passing]
        if separate:
            return self._diagnosed(exercise, self._best(separate))
        note = msg(
            "Done on the way to exercise {later}: {function} was rewritten there.",
            later=later.id,
            function=exercise.function,
        )
        done = _blank(exercise, ExerciseStatus.SUPERSEDED, result.checks)
        return replace(done, points=exercise.max_points, notes=(note,), cell=results[later.id].cell)

    # ---- not rewritten yet

    def _not_begun(self, exercise: Exercise, results: dict[str, ExerciseResult]) -> ExerciseResult:
        """Missing where all there is of the function is what passed as an earlier exercise's."""
        result = results[exercise.id]
        earlier = next((one for one in self._course.exercises if self._course.supersedes(one) is exercise), None)
        if earlier is None or results[earlier.id].status is not ExerciseStatus.PASSED or result.points or result.bonus:
            return result
        if {version.id for version in self._own(exercise)} != {self._judged[earlier.id].version.id}:
            return result
        note = msg("{function} is still that of exercise {id}.", function=exercise.function, id=earlier.id)
        return replace(_blank(exercise, ExerciseStatus.MISSING, _unrun(result.checks)), notes=(note,))

    # ---- for the eye

    def _drawn(self, exercise: Exercise, result: ExerciseResult) -> ExerciseResult:
        """With the exercise's curve, if it has one: after all points are given, and where it costs next to nothing."""
        attempts = self._attempts[exercise.id]
        wanted = not self._config.only or exercise.id in self._config.only
        if not attempts or not wanted or not self._config.curves or not self._session.alive:
            return result
        best = self._best(attempts)
        if any(call.answer.problem not in (None, Problem.RAISED) for call in best.calls):
            return result
        invocation = Invocation(best.version, best.after_cell)
        ask = _asker(self._session, best.binding, invocation, self._seed, None, curve.WITHIN_S)
        return replace(result, curve=curve.draw(exercise, self._course, ask))

    # ---- right, but for an earlier exercise

    def _carry(self, exercise: Exercise, results: dict[str, ExerciseResult]) -> ExerciseResult:
        """Judge again with right results in the place of the exercises that it needs and that failed."""
        result = results[exercise.id]
        needs = [self._course.exercise(id) for id in exercise.needs if not results[id].status.done]
        everything = result.status is ExerciseStatus.PASSED and result.bonus == exercise.max_bonus
        if not needs or everything or result.status in (ExerciseStatus.SUPERSEDED, ExerciseStatus.MISSING):
            return result
        asked = tuple(name for need in needs for name in need.names)
        ways = islice(self._ways(exercise, self._own(exercise)), MAX_CANDIDATES)
        found = _diagnosis_of(result)
        for version, way, after_cell in ways:
            attempt = self._attempt(exercise, way, Invocation(version, after_cell, asked), needs)
            if attempt.passed:
                return self._carried(exercise, result, attempt, needs)
            found = found or self._diagnosis(exercise, attempt)  # its own mistake, seen without the others
        return _with_diagnosis(result, found)

    def _carried(
        self, exercise: Exercise, result: ExerciseResult, attempt: Attempt, needs: Sequence[Exercise]
    ) -> ExerciseResult:
        carried = _result(exercise, attempt)
        names = ", ".join(f"{need.function} ({need.id})" for need in needs)
        if result.status is ExerciseStatus.PASSED:
            note = msg("With a right {names} it earns its bonus too.", names=names)
            return carried if carried.bonus <= result.bonus else replace(carried, notes=(note,))
        points = max(result.points, exercise.max_points - self._course.carried_deduction)
        note = msg(
            "Your {function} is right: it fails only because of {names}. It counts; points taken off: {lost}.",
            function=exercise.function,
            names=names,
            lost=exercise.max_points - points,
        )
        return replace(carried, points=points, notes=(note, *carried.notes))

    def _answerer(self, needs: Sequence[Exercise]) -> StandInAnswer:
        """Answers a carried call with the reference's result. Only data leaves: what was asked, for what was sent."""
        by_name = {name: need for need in needs for name in need.names}

        def answer(name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
            need = by_name.get(name)
            if need is None:
                raise CannotAnswer("no such function")
            attempts = self._attempts[need.id]
            own = attempts[0] if attempts else None
            way = own.binding if own else _course_order(need)
            try:
                arguments = _of_one_shape(way.collect(args, kwargs, own.version if own else None))
                with np.errstate(all="ignore"):
                    return self._course.solution(need.id)(*arguments)
            except (TypeError, ValueError, KeyError, IndexError, ArithmeticError, RecursionError, MemoryError) as error:
                raise CannotAnswer(f"{need.function} got arguments that make no sense") from error

        return answer


def _asker(
    session: Calls,
    way: Binding,
    invocation: Invocation,
    seed: Sequence[int],
    answerer: StandInAnswer | None,
    within_s: float = math.inf,
) -> Ask:
    """What a stand-in does with a test's calls. A version that lost its kernel twice is not called again."""
    lost = 0
    call_seed = zlib.crc32(repr(tuple(seed)).encode())

    def ask(cases: Sequence[Sequence[object]]) -> list[Answer]:
        nonlocal lost
        if lost >= MAX_LOST_CALLS:
            return [Answer(problem=Problem.OUT_OF_TIME)]
        answers = session.call(invocation, [_case(way, case) for case in cases], call_seed, answerer, within_s)
        lost += bool(answers) and answers[-1].problem in (Problem.TIMED_OUT, Problem.CRASHED)
        return answers

    return ask


def _case(way: Binding, arguments: Sequence[object]) -> Case:
    places, keywords = way.arrange(arguments)
    return Case(tuple(places), keywords)


def _of_one_shape(arguments: Sequence[object]) -> list[object]:
    """The arguments as numbers, and vectors of one length. What is asked must cost the grader no more than was sent."""
    numeric = [_numeric(argument) for argument in arguments]
    shapes = {np.asarray(argument).shape for argument in numeric} - {()}
    if len(shapes) > 1 or any(len(shape) > 2 or math.prod(shape) > MAX_ASKED for shape in shapes):
        raise ValueError("not numbers and vectors of one length")
    return numeric


def _numeric(value: object) -> object:
    if isinstance(value, list | tuple):
        return np.asarray(value, dtype=float)
    if not isinstance(value, int | float | np.generic | np.ndarray):
        raise TypeError(type(value).__name__)
    return value


def _course_order(exercise: Exercise) -> Binding:
    """How the course itself calls it; by keyword too."""
    return Binding(tuple(range(len(exercise.parameters))), tuple(zip(exercise.parameters, range(99), strict=False)))


def _observed(call: Call, in_place: bool) -> Observed:
    raised = call.answer.raised.type if call.answer.raised else ""
    return Observed(call.args, call.answer.value, raised, bool(call.printed.strip()), in_place)


def _own_names(exercise: Exercise, attempt: Attempt) -> dict[str, str]:
    """The course's names of the arguments, each with the version's own."""
    given = [one.name for one in attempt.version.parameters or () if not one.kind.startswith("var_")]
    own = {exercise.parameters[index]: name for name, index in zip(given, attempt.binding.places, strict=False)}
    return own | {exercise.parameters[index]: name for name, index in attempt.binding.keywords}


def _first_bad(result: ExerciseResult) -> CheckResult | None:
    return next((check for check in result.checks if check.status in _BAD), None)


def _with_cause(result: ExerciseResult, attempt: Attempt, notebook: NotebookContext) -> ExerciseResult:
    """The same result, its first check that ended with an exception with what usually causes it."""
    bad = next((check for check in result.checks if check.status is CheckStatus.ERROR), None)
    raised = [call.answer.raised for call in attempt.calls if call.answer.raised is not None]
    met = next((one for one in raised if bad is not None and bad.actual == f"{one.type}: {one.text}"), None)
    if met is None:
        return result
    found = find_cause(Fault(met.type, met.text, met.code), notebook)
    checks = [replace(check, diagnosis=found) if check is bad else check for check in result.checks]
    return replace(result, checks=tuple(checks))


def _with_diagnosis(result: ExerciseResult, found: Diagnosis | None) -> ExerciseResult:
    """The same result, its first check that did not pass with what was found."""
    bad = _first_bad(result)
    checks = [replace(check, diagnosis=found) if check is bad else check for check in result.checks]
    return replace(result, checks=tuple(checks))


def _diagnosis_of(result: ExerciseResult) -> Diagnosis | None:
    return next((check.diagnosis for check in result.checks if check.diagnosis), None)


def _blank(exercise: Exercise, status: ExerciseStatus, checks: tuple[CheckResult, ...]) -> ExerciseResult:
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


def _result(exercise: Exercise, attempt: Attempt) -> ExerciseResult:
    remarks: list[Text] = []
    for check in attempt.results:
        remarks += [remark for remark in check.remarks if remark not in remarks]
    blank = _blank(exercise, _status(attempt), attempt.results)
    return replace(blank, points=attempt.points, bonus=attempt.bonus, cell=attempt.version.cell, notes=tuple(remarks))


def _unrun(checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    plain = [CheckResult(one.id, one.title, CheckStatus.NOT_RUN, one.max_points, one.max_bonus) for one in checks]
    return tuple(plain)


def _status(attempt: Attempt) -> ExerciseStatus:
    statuses = {result.status for result in attempt.results}
    if attempt.passed:
        return ExerciseStatus.PASSED
    if CheckStatus.GRADER_FAULT in statuses:
        return ExerciseStatus.GRADER_FAULT
    if statuses == {CheckStatus.NOT_RUN}:
        return ExerciseStatus.NOT_RUN
    return ExerciseStatus.PARTIAL if attempt.points or attempt.bonus else ExerciseStatus.FAILED


def _broken_note(exercise: Exercise, cell: CellResult) -> Text:
    values: dict[str, Value] = {"function": exercise.function, "cell": cell.index + 1}
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


def _wrong_arguments(exercise: Exercise, version: Version) -> Text:
    own = ", ".join(parameter.name[:40] for parameter in (version.parameters or [])[:12])
    return msg(
        "{function}({own}) in cell {cell} can't be called with {wanted}.",
        function=version.name,
        own=own,
        cell=version.cell + 1,
        wanted=f"({', '.join(exercise.parameters)})",
    )
