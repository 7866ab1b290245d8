"""Judges an exercise that asks for names again, with the right values of the names that earlier exercises ask for.

The cells run again in another kernel. Only data goes there: the values, as a cell that gives them. A name that is no
plain data, as a function or a table, can't be put right like that.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from grader.course.course import Exercise
from grader.judging.attempts import Attempt, Examiner, best
from grader.judging.cell_input import cell_input
from grader.judging.ungraded import lost_of
from grader.model import Cell, Notebook
from grader.submissions.bound_names import read_bound_names

MAX_VALUE = 10_000  # characters of a value as code


def attempt_with_names(exercise: Exercise, needed: Sequence[Exercise], examiner: Examiner) -> Attempt | None:
    """The attempt at the exercise with right values of the needed names; None where it does not pass with them, or
    where they can't be put in."""
    values = [_as_code(one, examiner) for one in needed]
    if not all(values) or examiner.session.budget.is_spent:
        return None
    notebook = _with_values(exercise, needed, [value or "" for value in values], examiner.session.sources)
    answers = cell_input(examiner.course, notebook)
    with examiner.session.beside(notebook, answers, examiner.session.budget.left_s) as session:
        own = replace(examiner, session=session, lost=lost_of(session))
        attempts = list(own.attempts_until_flawless(exercise))
    found = best(attempts) if attempts else None
    return found if found is not None and found.passed else None


def _as_code(exercise: Exercise, examiner: Examiner) -> str | None:
    """The right values of an exercise's names as a cell; None where one of them is no plain data."""
    reference = examiner.course.solution(exercise.id) if exercise.asks else None
    lines = [_assignment(name, getattr(reference, name, None)) for name in exercise.asks]
    return "\n".join(line or "" for line in lines) if lines and all(lines) else None


def _assignment(name: str, value: Any) -> str | None:
    try:
        text = repr(value)
        same = len(text) <= MAX_VALUE and ast.literal_eval(text) == value
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
    return f"{name} = {text}" if same is True else None


def _with_values(
    exercise: Exercise, needed: Sequence[Exercise], values: Sequence[str], cells: Sequence[Cell]
) -> Notebook:
    """The cells, and after each that gives a needed name one with the right values; where no cell gives them, one
    before the exercise's own. A cell keeps its order, not its index."""
    bound = {cell.index: set(read_bound_names([cell]).bound) for cell in cells}
    lacking = [
        value
        for one, value in zip(needed, values, strict=True)
        if not any(names.intersection(one.names) for names in bound.values())
    ]

    def sources() -> Iterator[str]:
        waiting = lacking
        for cell in cells:
            if waiting and bound[cell.index].intersection(exercise.names):
                yield from waiting
                waiting = []
            yield cell.source
            for one, value in zip(needed, values, strict=True):
                if bound[cell.index].intersection(one.names):
                    yield value

    return Notebook("carried.ipynb", "carried", "", tuple(Cell(at, source) for at, source in enumerate(sources())))
