"""What can't be judged here for want of something of the machine's: a package, or a newer Python. It earns no points,
costs none, and nothing is said against it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.course.course import Exercise
from grader.kernel.session import Answer, Calls
from grader.lacking import needs
from grader.model import Cell, CellResult, CellStatus, CheckResult, CheckStatus, ExerciseResult, ExerciseStatus
from grader.submissions.bound_names import defines, read_bound_names

_EARNED = frozenset({CheckStatus.PASSED, CheckStatus.PARTIAL})
_NO_NAME = re.compile(r"(?:NameError: )?name '(\w+)' is not defined")


@dataclass(frozen=True, slots=True)
class Lost:
    """What a notebook lacks because of cells that could not run here.

    Attributes:
        cells: each of these cells, with what this machine lacks for it.
        names: the names that have their value in such cells only, each with the same.
    """

    cells: Sequence[tuple[Cell, str]] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def definition(self, exercise: Exercise, after: int | None = None) -> tuple[Cell, str] | None:
        """The last of the cells that defines the exercise's function, if it comes after the cell `after`."""
        for cell, what in reversed(self.cells):
            if (after is None or cell.index > after) and any(_gives(cell, name) for name in exercise.names):
                return cell, what
        return None

    def explain(self, answer: Answer) -> Answer:
        """The answer; where a call failed for want of such a name, with what is lacking."""
        raised = answer.raised
        found = _NO_NAME.match(raised.text) if raised is not None and raised.type == "NameError" else None
        return replace(answer, needs=(self.names[found[1]],)) if found and found[1] in self.names else answer


def lost_with(sources: Sequence[Cell], results: Sequence[CellResult]) -> Lost:
    """What is lost with the cells that say what they need."""
    lacking = {result.index: result.needs for result in results if result.needs}
    if not lacking:
        return Lost()
    bound = {cell.index: read_bound_names([cell]).bound for cell in sources}
    others = {name for index, names in bound.items() if index not in lacking for name in names}
    names = {name: what for index, what in lacking.items() for name in bound[index] if name not in others}
    return Lost([(cell, lacking[cell.index]) for cell in sources if cell.index in lacking], names)


def follow_lost(sources: Sequence[Cell], results: Sequence[CellResult]) -> tuple[CellResult, ...]:
    """The results, where a cell that failed for want of a name of such cells needs what they need."""
    results = tuple(results)
    lost = lost_with(sources, results)
    for _ in results if lost.names else ():
        more = tuple(_follow(result, lost) for result in results)
        if more == results:
            break
        results, lost = more, lost_with(sources, more)
    return results


def _follow(result: CellResult, lost: Lost) -> CellResult:
    found = _NO_NAME.match(result.error or "") if result.status is CellStatus.ERROR and not result.needs else None
    return replace(result, needs=lost.names[found[1]]) if found and found[1] in lost.names else result


def lost_of(session: Calls) -> Lost:
    """What the notebook that has run lacks."""
    return lost_with(session.sources, follow_lost(session.sources, session.cells))


def ungraded_check(check: CheckResult, what: str) -> CheckResult:
    """The check without a verdict, and without anything that it found."""
    bare = replace(check, input=None, expected=None, actual=None, remarks=(), diagnosis=None)
    return replace(bare, status=CheckStatus.UNGRADED, message=needs(what), needs=what)


def ungraded_result(result: ExerciseResult, cell: Cell, what: str) -> ExerciseResult:
    """The result where the function that counts is in a cell that could not run here. What passed stays."""
    checks = tuple(check if check.status in _EARNED else ungraded_check(check, what) for check in result.checks)
    return replace(result, status=ExerciseStatus.UNGRADED, cell=cell.index, checks=checks, notes=())


def with_ungraded(results: Sequence[CheckResult], others: Sequence[Sequence[CheckResult]]) -> tuple[CheckResult, ...]:
    """The results of the attempt that counts; a check that did not pass is ungraded if it was so in another attempt,
    which might have passed it. After calls that ended the kernel the rest was not run, for the same reason."""
    open_ids = {check.id: check.needs for one in (*others, results) for check in one if check.needs}
    if not open_ids:
        return tuple(results)
    needed = next(iter(open_ids.values()), "")
    return tuple(_open(check, open_ids.get(check.id, ""), needed) for check in results)


def _open(check: CheckResult, what: str, others: str) -> CheckResult:
    what = what or (others if check.status is CheckStatus.NOT_RUN else "")
    return ungraded_check(check, what) if what and check.status not in _EARNED else check


def _gives(cell: Cell, name: str) -> bool:
    return defines(cell, name) or name in read_bound_names([cell]).bound
