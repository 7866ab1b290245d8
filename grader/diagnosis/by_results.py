"""Names the known mistake of an exercise that asks for names: the tests say of it what they say of the notebook.

Such a mistake is no function that could be called here. It is run in a kernel of its own, like the reference, once for
all notebooks that a process grades.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course.course import Course, Exercise
from grader.course.sources import parse, read_file, read_hints, without_docstring
from grader.i18n import Titles, render
from grader.judging.attempts import Examiner, best
from grader.judging.cell_input import cell_input
from grader.judging.suite import Suite
from grader.kernel.session import Calls
from grader.model import Cell, CheckResult, CheckStatus, Diagnosis, ExerciseResult, ExerciseStatus, Notebook

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
    if exercise.id not in course.known_results:
        try:
            course.known_results[exercise.id] = tuple(_try_out(exercise, session, course, suite))
        except Exception:  # words must not cost points; another notebook's turn may be better
            return result
    says = _says(result.checks)
    found = next((known for known in course.known_results[exercise.id] if known.says == says), None)
    if found is None:
        return result
    bad = next(check for check in result.checks if check.status in _BAD)
    named = replace(bad, diagnosis=Diagnosis(found.name, found.hint))
    return replace(result, checks=tuple(named if check is bad else check for check in result.checks))


def _try_out(exercise: Exercise, session: Calls, course: Course, suite: Suite) -> Iterator[KnownResult]:
    for path in sorted(exercise.folder.glob("mistakes/*.py"))[:MAX_MISTAKES]:
        notebook = _notebook(path, exercise, course)
        with session.beside(notebook, cell_input(course, notebook), WITHIN_S) as own:
            examiner = Examiner(own, course, suite, (course.seed,))
            attempts = list(examiner.attempts_until_flawless(exercise))
            if own.hurried:
                raise TimeoutError
        if attempts:
            hint = read_hints(path, ast.get_docstring(parse(path)), course.languages)
            yield KnownResult(path.stem, hint, _says(best(attempts).results))


def _notebook(path: Path, exercise: Exercise, course: Course) -> Notebook:
    cells = [*course.cells_before(exercise), without_docstring(read_file(path))]
    return Notebook("mistake.ipynb", "mistake", "", tuple(Cell(index, source) for index, source in enumerate(cells)))


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
