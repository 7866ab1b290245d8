"""Verdicts of an assignment's units, from how their test cells ended."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from grader.course.assignment import Role, SourceCell, TestCase, Unit
from grader.course.course import Exercise
from grader.course.sources import same_code
from grader.i18n import Text, msg
from grader.judging.cells.calling import CannotTakeOver
from grader.judging.cells.names import NotThere
from grader.judging.cells.placing import Placed
from grader.judging.cells.running import Ended
from grader.judging.cells.tests import CellTests, check_of
from grader.judging.describe import error_text
from grader.judging.kernel_errors import NotebookError
from grader.judging.results import blank_result
from grader.judging.ungraded import ungraded_check
from grader.judging.verdicts import Failed, where
from grader.kernel.session import Session
from grader.model import CheckResult, CheckStatus, ExerciseResult, ExerciseStatus

MAX_TEXT = 300  # characters of what an author's assert says
MAX_ANSWER = 20_000
_STUB = "NotImplementedError"
_NO_SENSE = msg("The check could not make sense of the answer.")
_NOT_WRITTEN = msg("It is not written yet: the cell is the one that was handed out.")
_ALL_OR_NOTHING = msg("It earns points only if all of its tests pass.")


def judge_cells(
    tests: CellTests, placed: Placed, session: Session, ended: dict[int, Ended]
) -> tuple[ExerciseResult, ...]:
    """A result for each unit, in the assignment's order."""
    judge = _Judge(tests, placed, session, ended)
    return tuple(judge.unit(exercise) for exercise in tests.course.exercises)


class _Judge:
    def __init__(self, tests: CellTests, placed: Placed, session: Session, ended: dict[int, Ended]) -> None:
        self._tests, self._placed, self._session, self._ended = tests, placed, session, ended

    def unit(self, exercise: Exercise) -> ExerciseResult:
        unit = self._tests.unit(exercise.id)
        if unit.by_hand is not None:
            return self._by_hand(exercise, unit, unit.by_hand)
        checks = tuple(self._check(test) for test in unit.tests)
        blank = replace(blank_result(exercise, _status(checks, unit), checks), cell=self._cell(unit))
        earned = sum(check.points for check in checks)
        if unit.all_or_nothing and earned < sum(check.max_points for check in checks):
            lost = replace(blank, notes=(_ALL_OR_NOTHING,)) if earned else blank
            earned, blank = 0.0, lost
        if not earned and blank.status is ExerciseStatus.FAILED and self._is_stub(unit):
            return replace(blank, status=ExerciseStatus.MISSING, notes=(_NOT_WRITTEN,), begun=False)
        return replace(blank, points=earned)

    def _cell(self, unit: Unit) -> int | None:
        cells = self._placed.answers.get(unit.answer, ()) if unit.answer is not None else ()
        return cells[-1].index if cells else None

    def _source(self, unit: Unit) -> SourceCell | None:
        return self._tests.assignment.cells[unit.answer] if unit.answer is not None else None

    def _is_stub(self, unit: Unit) -> bool:
        """Whether the answer is as it was handed out."""
        source = self._source(unit)
        cells = self._placed.answers.get(unit.answer, ()) if unit.answer is not None else ()
        return source is not None and bool(source.stub) and any(_same(cell.source, source.stub or "") for cell in cells)

    # ---- a person's

    def _by_hand(self, exercise: Exercise, unit: Unit, reason: Text) -> ExerciseResult:
        source, line = self._source(unit), exercise.by_hand[0]
        written = self._written(unit)
        nothing = source is not None and source.role is Role.BY_HAND and not written
        status = CheckStatus.NOT_RUN if nothing else CheckStatus.BY_HAND
        check = CheckResult(exercise.unit(line), line.title, status, unit.points, 0.0, by_hand=True)
        check = check if nothing else replace(check, message=reason)
        result = replace(blank_result(exercise, ExerciseStatus.BY_HAND, (check,)), max_points=unit.points)
        if nothing:
            note = msg("No answer is written yet.")
            return replace(result, status=ExerciseStatus.MISSING, notes=(note,), begun=False)
        return replace(result, answer=written, cell=self._cell(unit))

    def _written(self, unit: Unit) -> str:
        source = self._source(unit)
        if source is None:
            return ""
        cells = self._placed.answers.get(unit.answer or 0, ())
        texts = [cell.source for cell in cells if not _same(cell.source, source.stub or "")]
        return "\n\n".join(texts)[:MAX_ANSWER]

    # ---- tests

    def _check(self, test: TestCase) -> CheckResult:
        ended = self._ended.get(test.cell)
        check = check_of(test)
        if ended is None:
            return check.result(CheckStatus.NOT_RUN)
        result = _verdict(check.result(CheckStatus.PASSED), ended, self._tests.assignment.cells[test.cell])
        if result.status in (CheckStatus.PASSED, CheckStatus.PARTIAL):
            return replace(result, remarks=(test.on_pass,) if test.on_pass else ())
        if isinstance(ended.error, Failed) and ended.error.status is CheckStatus.NOT_RUN:
            return result
        right = self._tests.with_solution(self._session).get(test.cell)
        reason = _reason(right)
        if reason is not None:
            open_ = replace(check.result(CheckStatus.BY_HAND), message=reason, by_hand=True)
            return ungraded_check(open_, right.needs[0]) if right is not None and right.needs else open_
        if ended.needs:
            return ungraded_check(result, ended.needs[0])
        return replace(result, message=test.on_fail) if test.on_fail else result


def _reason(right: Ended | None) -> Text | None:
    """Why nobody can be judged by a test: it does not pass with the course's own solution. None where it does."""
    if right is None:
        return msg("A person has to grade it: the test did not run with the course's own solution.")
    if right.error is None:
        return None
    if isinstance(right.error, CannotTakeOver):
        return msg("A person has to grade it. {reason}", reason=right.error.reason)
    error = f"{type(right.error).__name__}: {right.error}"  # for the author: participants do not see it
    return msg("A person has to grade it: the test fails the course's own solution here.", test_error=error)


def _verdict(passed: CheckResult, ended: Ended, cell: SourceCell) -> CheckResult:
    """What the end of a test cell means for its check."""
    error = ended.error
    if error is None:
        return _partial(passed, ended.value)
    if isinstance(error, Failed):
        failed = replace(passed, status=error.status, message=error.message)
        return replace(failed, input=error.input, expected=error.expected, actual=error.actual)
    visible = bool(ended.line) and ended.line not in cell.hidden_lines
    line = cell.source.split("\n")[ended.line - 1].strip() if visible else None
    shown = replace(passed, status=CheckStatus.FAILED, input=line or ended.path, actual=ended.shown)
    if isinstance(error, NotThere):
        return replace(
            shown, message=msg("There is no {name} in the notebook.", name=error.name), input=line, actual=None
        )
    if isinstance(error, NotebookError):
        message = _NOT_WRITTEN if error.raised.type == _STUB else where(error.raised)
        return replace(
            shown, status=CheckStatus.ERROR, message=message, input=error.path, actual=error_text(error.raised)
        )
    if isinstance(error, AssertionError):
        return replace(shown, message=_said(error, ended, visible))
    return replace(shown, status=CheckStatus.ERROR, message=_NO_SENSE)


def _said(error: AssertionError, ended: Ended, visible: bool) -> Text:
    """What the author says; of what a library says in a hidden test nothing, for that holds what is expected."""
    text = str(error).strip()[:MAX_TEXT]
    if text and ended.own:
        return text
    if visible:
        return msg("This line of the test does not hold.")
    return msg("A hidden test does not hold.")


def _partial(passed: CheckResult, value: object) -> CheckResult:
    """nbgrader's partial credit: a number that the last line of a test gives are the points that it earns."""
    if value is None or isinstance(value, bool) or not passed.max_points:
        return passed
    try:
        points = float(repr(value))
    except ValueError:
        return passed
    if not 0 <= points < passed.max_points:
        return passed
    if points == 0:
        return replace(passed, status=CheckStatus.FAILED)
    return replace(passed, status=CheckStatus.PARTIAL, share=points / passed.max_points)


def _status(checks: Sequence[CheckResult], unit: Unit) -> ExerciseStatus:
    statuses = {check.status for check in checks}
    if statuses <= {CheckStatus.PASSED}:
        return ExerciseStatus.PASSED
    if statuses == {CheckStatus.NOT_RUN}:
        return ExerciseStatus.NOT_RUN
    if statuses <= {CheckStatus.PASSED, CheckStatus.UNGRADED}:
        return ExerciseStatus.UNGRADED
    if statuses <= {CheckStatus.PASSED, CheckStatus.UNGRADED, CheckStatus.BY_HAND}:
        return ExerciseStatus.BY_HAND
    earned = any(check.points for check in checks) and not unit.all_or_nothing
    return ExerciseStatus.PARTIAL if earned else ExerciseStatus.FAILED


def _same(one: str, other: str) -> bool:
    return one.split() == other.split() or (_is_code(one) and same_code(one, other))


def _is_code(source: str) -> bool:
    try:
        return bool(ast.parse(source).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
