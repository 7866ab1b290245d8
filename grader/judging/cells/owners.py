"""Whose each name is at each place of an assignment: the course's, or the participant's.

What a solution binds or changes is the participant's, and so is what is made of that. All else is the course's: those
statements of given cells that its tests need run in the grader, and only those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.course.assignment import Assignment, Role, SourceCell
from grader.judging.cells.statements import Statement, statements_of


@dataclass(frozen=True, slots=True)
class Step:
    """What a cell of the source means for the names that its tests find.

    Attributes:
        runs: the statements that run in the grader, in order.
        theirs: the names that are the participant's from here on.
        imported: names of modules, and from modules, that the solution imports: the course's, once the participant has
            them.
    """

    runs: tuple[Statement, ...] = ()
    theirs: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()


def steps(assignment: Assignment) -> tuple[Step, ...]:
    """A step for each cell of the source, in order."""
    tests = [one for cell in assignment.cells if cell.role is Role.TESTS for one in statements_of(cell.source)]
    walk = _Walk()
    made = [walk.step(cell) for cell in assignment.cells]
    needed = _needed(tests, [one for step in made for one in step.runs])
    return tuple(replace(step, runs=tuple(one for one in step.runs if _gives(one, needed))) for step in made)


def shared_names(assignment: Assignment) -> frozenset[str]:
    """The names that functions and later cells of the source read: what a test gives them, the notebook must see."""
    every = [one for cell in assignment.cells if cell.role is not Role.TESTS and cell.is_code for one in _parsed(cell)]
    late = {name for one in every for name in one.later}
    first = next((at for at, cell in enumerate(assignment.cells) if cell.role is Role.TESTS), len(assignment.cells))
    after = [one for cell in assignment.cells[first:] if cell.role is not Role.TESTS for one in _parsed(cell)]
    return frozenset(late | {name for one in after for name in one.uses})


def _parsed(cell: SourceCell) -> Sequence[Statement]:
    return statements_of(cell.source) if cell.is_code else ()


class _Walk:
    """Goes through the cells in order."""

    def __init__(self) -> None:
        self._theirs: set[str] = set()
        self._modules: set[str] = set()
        self._later: dict[str, frozenset[str]] = {}  # what the course's functions read when they are called

    def step(self, cell: SourceCell) -> Step:
        if not cell.is_code:
            return Step()
        if cell.role in (Role.SOLUTION, Role.BY_HAND):
            return self._solution(statements_of(cell.source))
        return self._given(statements_of(cell.source)) if cell.role is Role.GIVEN else Step()

    def _solution(self, found: Sequence[Statement]) -> Step:
        imports = tuple(one for one in found if _is_import(one))
        imported = frozenset(name for one in imports for name in one.binds)
        self._modules |= imported
        others = [one for one in found if not _is_import(one)]
        own = {name for one in others for name in one.binds - one.imports}
        changed = {name for one in others for name in one.changes} - self._modules
        self._theirs |= own | changed
        return Step(imports, frozenset(own | changed), imported)

    def _given(self, found: Sequence[Statement]) -> Step:
        runs: list[Statement] = []
        theirs: set[str] = set()
        for one in found:
            if self._reads(one) & self._theirs:
                theirs |= one.binds | (one.changes - self._modules)
                self._theirs |= theirs
                continue
            runs.append(one)
            self._modules |= one.imports
            self._theirs -= one.binds
            theirs -= one.binds
            self._later |= dict.fromkeys(one.binds, one.later)
        return Step(tuple(runs), frozenset(theirs))

    def _reads(self, one: Statement) -> set[str]:
        """What it reads when it runs, also through the functions of the course that it may call."""
        found: set[str] = set()
        todo = [*one.uses, *(one.changes - self._modules)]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += self._later.get(name, ())
        return found


def _needed(tests: Iterable[Statement], given: Sequence[Statement]) -> set[str]:
    """The names that tests need, themselves or through what is given."""
    needed = {name for one in tests for name in one.uses | one.later | one.changes}
    before = -1
    while len(needed) > before:
        before = len(needed)
        needed |= {name for one in given if _gives(one, needed) for name in one.uses | one.later | one.changes}
    return needed


def _gives(one: Statement, needed: set[str]) -> bool:
    """Whether it gives or changes a name that is needed. What `import *` gives, nobody knows."""
    return bool(needed & (one.binds | one.changes)) or (_is_import(one) and not one.binds)


def _is_import(one: Statement) -> bool:
    return (bool(one.imports) and one.is_definition) or _is_star(one)


def _is_star(one: Statement) -> bool:
    return one.is_definition and not one.binds
