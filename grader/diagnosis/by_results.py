"""Names the known mistake of an exercise that asks for names: the tests say of it what they say of the notebook.

Such a mistake is no function that could be called here. It is run in a kernel of its own, like the reference, once for
all notebooks that a process grades.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course.course import Course, Exercise
from grader.course.sources import parse, read_file, read_hints, without_docstring
from grader.i18n import Titles, render
from grader.judging.attempts import Examiner, best
from grader.judging.cell_input import cell_input
from grader.judging.suite import Suite
from grader.kernel.session import Calls
from grader.model import Cell, CellStatus, CheckResult, CheckStatus, Diagnosis, ExerciseResult, ExerciseStatus, Notebook

MAX_MISTAKES = 20  # of an exercise
WITHIN_S = 20.0  # for the cells and the tests of one
_BAD = frozenset({CheckStatus.FAILED, CheckStatus.ERROR, CheckStatus.TIMED_OUT, CheckStatus.PARTIAL})
_WRONG = frozenset({ExerciseStatus.FAILED, ExerciseStatus.PARTIAL})
_Says = tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class KnownResult:
    """What the tests say of a known mistake.

    Attributes:
        name: The mistake's name in the course.
        hint: What to say about it.
        says: Of each check the verdict and what it shows.
    """

    name: str
    hint: Titles
    says: _Says


def name_by_results(
    results: Sequence[ExerciseResult], session: Calls, course: Course, suite: Suite
) -> tuple[ExerciseResult, ...]:
    """The results with the known mistakes of which the tests say the same, as far as the time reaches."""
    return tuple(_named(one, course.exercise(one.id), session, course, suite) for one in results)


def _named(result: ExerciseResult, exercise: Exercise, session: Calls, course: Course, suite: Suite) -> ExerciseResult:
    is_open = result.status in _WRONG and not result.needs and not any(check.diagnosis for check in result.checks)
    if not exercise.asks or not is_open or not _tells(result.checks) or not session.budget.may_explain:
        return result
    says = _says(result.checks)
    known = _known(exercise, session, course, suite)
    found = next((one for one in known if one is not None and one.says == says), None)
    if found is None:
        return result
    bad = next(check for check in result.checks if check.status in _BAD)
    named = replace(bad, diagnosis=Diagnosis(found.name, found.hint))
    return replace(result, checks=tuple(named if check is bad else check for check in result.checks))


def _known(exercise: Exercise, session: Calls, course: Course, suite: Suite) -> Iterator[KnownResult | None]:
    """What the tests say of each known mistake, as far as the notebook's own time reaches; the others are tried for a
    later notebook."""
    for path in sorted(exercise.folder.glob("mistakes/*.py"))[:MAX_MISTAKES]:
        key = f"{exercise.id}/{path.stem}"
        if key not in course.known_results:
            within_s = min(WITHIN_S, session.budget.left_s)
            if within_s <= 0:
                return
            with suppress(Exception):  # words must not cost points
                course.known_results[key] = _try_out(path, exercise, session, course, suite, within_s)
        yield course.known_results.get(key)


def _try_out(
    path: Path, exercise: Exercise, session: Calls, course: Course, suite: Suite, within_s: float
) -> KnownResult | None:
    """Run a mistake as a notebook. One that does not end explains nothing. Raise TimeoutError where the clock ended
    something else."""
    notebook = _notebook(path, exercise, course)
    with session.beside(notebook, cell_input(course, notebook), within_s) as own:
        if own.cells[-1].status is CellStatus.TIMED_OUT:
            return None
        examiner = Examiner(own, course, suite, (course.seed,))
        attempts = list(examiner.attempts_until_flawless(exercise))
        if own.hurried:
            raise TimeoutError
    hint = read_hints(path, ast.get_docstring(parse(path)), course.languages)
    return KnownResult(path.stem, hint, _says(best(attempts).results)) if attempts else None


def _notebook(path: Path, exercise: Exercise, course: Course) -> Notebook:
    """The opening cells, the references that the exercise needs, and the mistake."""
    needed = [one for one in course.tested if one.id in _needed(exercise, course)]
    sources = [*map(read_file, course.opening), *(read_file(one.folder / "solution.py") for one in needed)]
    cells = [*sources, without_docstring(read_file(path))]
    return Notebook("mistake.ipynb", "mistake", "", tuple(Cell(index, source) for index, source in enumerate(cells)))


def _needed(exercise: Exercise, course: Course) -> set[str]:
    inner = (_needed(course.exercise(id), course) for id in exercise.needs)
    return {*exercise.needs}.union(*inner)


def _says(checks: Sequence[CheckResult]) -> _Says:
    """All that the tests say but for their time."""
    return tuple(
        (one.id, one.status, render(one.message or "", "en"), one.input, one.expected, one.actual, one.share)
        for one in checks
        if not one.by_hand
    )


def _tells(checks: Sequence[CheckResult]) -> bool:
    """Whether a check shows what was wrong: many mistakes fail without a word."""
    return any(check.status in _BAD and check.actual is not None for check in checks)
