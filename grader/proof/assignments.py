"""Proves an assignment: its own solution passes, what participants start from earns nothing, mutants are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from grader.batch import local_worker
from grader.config import Config
from grader.course.assignment import Assignment, Unit
from grader.course.course import Course
from grader.i18n import Message, Text
from grader.judging.cells.tests import check_of
from grader.model import Cell, CheckResult, CheckStatus, ExerciseResult, Notebook
from grader.proof.cases import Candidate, Kind
from grader.proof.exemptions import Exemptions
from grader.proof.findings import Evidence
from grader.proof.mutants import Mutant, mutants
from grader.proof.trials import Trial, Verdict
from grader.ready import ready_for

Progress = Callable[[int, int], None]
Verdicts = Mapping[str, Verdict]
"""How each unit was judged, by its id."""


def prove_units(
    course: Course, assignment: Assignment, jobs: int, only: Sequence[str], progress: Progress, python: str
) -> tuple[Evidence, ...]:
    """The evidence for each unit that has tests. `progress` gets how many notebooks were just graded, of how many."""
    units = [unit for unit in assignment.units if unit.tests and (not only or unit.id in only)]
    changes = _mutants(assignment, units)
    tried: list[tuple[int, Mutant] | None] = [None, *changes]
    hidden = (str(course.folder.resolve()),)
    config = ready_for(course, Config(lang="en", python=python, hidden=hidden, own=True))
    pool = local_worker.process_pool(jobs, course.named, config)
    try:
        stub = pool.submit(_judge_stub)
        futures = {pool.submit(_judge, one and (one[0], one[1].source)): one for one in tried}
        for _ in as_completed(futures):
            progress(1, len(futures))
        found = {one: future.result() for future, one in futures.items()}
        return tuple(_evidence(course, assignment, unit, stub.result(), found) for unit in units)
    except BaseException:
        local_worker.end_processes()
        raise
    finally:
        _end(pool)


def _end(pool: ProcessPoolExecutor) -> None:
    pool.shutdown(wait=True, cancel_futures=True)


def _mutants(assignment: Assignment, units: Sequence[Unit]) -> list[tuple[int, Mutant]]:
    """Each mutant of each solution that has tests, with the place of its cell."""
    places = dict.fromkeys(unit.answer for unit in units if unit.answer is not None)
    return [(place, mutant) for place in places for mutant in _mutants_of(assignment.cells[place].source)]


def _mutants_of(source: str) -> Sequence[Mutant]:
    try:
        return mutants(source)
    except SyntaxError:  # a magic stands in it
        return ()


def _evidence(
    course: Course,
    assignment: Assignment,
    unit: Unit,
    stub: Verdicts,
    found: Mapping[tuple[int, Mutant] | None, Verdicts],
) -> Evidence:
    source = assignment.cells[unit.answer].source if unit.answer is not None else ""
    trials = [
        Trial(Candidate(Kind.REFERENCE, unit.id, "solution", source), (found[None][unit.id],)),
        Trial(Candidate(Kind.STUB, unit.id, "stub", ""), (stub[unit.id],)),
    ]
    for changed, verdicts in found.items():
        if changed is not None and _counts_for(changed[0], verdicts, assignment) == unit.id:
            candidate = Candidate(Kind.MUTANT, unit.id, changed[1].kind, changed[1].source, changed[1], True)
            trials.append(Trial(candidate, (verdicts[unit.id],)))
    exercise = course.exercise(unit.id)
    return Evidence(exercise, tuple(map(check_of, unit.tests)), tuple(trials), Exemptions())


def _counts_for(place: int, verdicts: Verdicts, assignment: Assignment) -> str:
    """The unit that refuses a mutant first; one that none refuses is shown with the first that tests its cell."""
    units = [unit.id for unit in assignment.units if unit.tests and unit.answer == place]
    return next((id for id in units if not verdicts[id].passed), units[0])


# ---- in a worker


def _judge(changed: tuple[int, str] | None) -> Verdicts:
    """The solution, with the source of one cell changed."""
    return _graded(lambda place, source, stub: changed[1] if changed and changed[0] == place else source)


def _judge_stub() -> Verdicts:
    return _graded(lambda place, source, stub: stub)


def _graded(write: Callable[[int, str, str], str]) -> Verdicts:
    grader = local_worker.own_grader()
    assert grader.course.assignment is not None
    cells = tuple(_cells(grader.course.assignment, write))
    grade = grader.grade_notebook(Notebook("notebook.ipynb", "somebody", "0" * 64, cells))
    return {result.id: _verdict(result) for result in grade.exercises}


def _cells(assignment: Assignment, write: Callable[[int, str, str], str]) -> Iterator[Cell]:
    tests = {test.cell for unit in assignment.units for test in unit.tests}
    for place, cell in enumerate(assignment.cells):
        if cell.is_code and cell.stub is not None:
            source = cell.stub if place in tests else write(place, cell.source, cell.stub)
            if source.strip():
                yield Cell(place, source, ids=(cell.id,) if cell.id else ())


def _verdict(result: ExerciseResult) -> Verdict:
    bad = next((check for check in result.checks if check.status is not CheckStatus.PASSED), None)
    return Verdict(0, tuple(check.status for check in result.checks), None, tuple(_why(bad)) if bad else ())


def _why(check: CheckResult) -> Iterator[Text]:
    error = check.message.values.get("test_error") if isinstance(check.message, Message) else None
    yield from filter(None, (check.message, check.input, check.actual, error and str(error)))
