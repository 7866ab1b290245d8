"""Finds what usually causes an exception, in the words of a hint for the person who met it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from grader.course.course import Course
from grader.diagnosis.exception_rule import Fault, NotebookContext
from grader.diagnosis.exception_rules import RULES
from grader.i18n import Text
from grader.kernel.budget import Budget
from grader.model import Cell, CellResult, CellStatus, Diagnosis
from grader.submissions.bound_names import read_bound_names

MAX_TEXT = 1_000  # characters of an exception's message that are looked at


def find_exception_hint(fault: Fault, notebook: NotebookContext) -> Diagnosis | None:
    """What usually causes this exception; None where no rule knows it."""
    fault = replace(fault, text=fault.text[:MAX_TEXT])
    for rule in RULES:
        hint = rule.explain(fault, notebook)
        if hint is not None:
            return Diagnosis(rule.name, notebook.course_hints.get(rule.name, hint), probable=True)
    return None


def notebook_context(
    cells: Sequence[Cell], results: Sequence[CellResult], course: Course, walls: Collection[str] = ()
) -> NotebookContext:
    """What the rules may look at of a notebook that has run. `walls`: those that stood, perhaps each with a detail."""
    standing = frozenset(wall.partition(" ")[0] for wall in walls)
    broken = frozenset(cell.index for cell in results if cell.status is not CellStatus.OK)
    opening = frozenset(course.opening_names)
    return NotebookContext(read_bound_names(cells), broken, course.hints, tuple(cells), opening, standing)


def fault_of(cell: CellResult) -> Fault | None:
    """The exception that a cell ended with, if it did."""
    if cell.status is not CellStatus.ERROR or not cell.error or cell.needs:
        return None
    type, _, text = cell.error.partition(":")
    return Fault(type, text.strip(), cell.inner_code, cell.index, cell.callers)


def find_cell_hint(cell: CellResult, notebook: NotebookContext) -> Text | None:
    """What usually causes the exception that a cell ended with."""
    fault = fault_of(cell)
    found = find_exception_hint(fault, notebook) if fault else None
    return found.hint if found else None


def explain_cells(
    cells: Sequence[Cell], results: Sequence[CellResult], course: Course, budget: Budget, walls: Collection[str] = ()
) -> tuple[CellResult, ...]:
    """The same results; those that ended with an exception have a note on what usually causes it, as far as the time
    reaches. `walls`: those that stood around the notebook."""
    if not any(map(fault_of, results)):
        return tuple(results)
    notebook = notebook_context(cells, results, course, walls)
    hints = [(result, find_cell_hint(result, notebook) if budget.may_explain else None) for result in results]
    return tuple(replace(result, notes=(*result.notes, hint)) if hint else result for result, hint in hints)
