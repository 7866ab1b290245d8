"""The notebooks that both graders get: the solution, what participants start from, each mutant of each solution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.course.assignment import Assignment, Role
from grader.course.release import release
from grader.proof.mutants import Mutant, mutants


@dataclass(frozen=True, slots=True)
class Variant:
    """A notebook as somebody might hand it in.

    Attributes:
        name: Unique among those of an assignment, and fit for a file.
        about: What it is, for people.
        written: What stands in cells, by their places.
    """

    name: str
    about: str
    written: Mapping[int, str]


def variants(assignment: Assignment, most: int | None = None) -> Iterator[Variant]:
    """All of them; of the mutants of each cell at most `most`, from all over it."""
    answers = {
        at: cell.source
        for at, cell in enumerate(assignment.cells)
        if cell.is_code and cell.role in (Role.SOLUTION, Role.BY_HAND)
    }
    yield Variant("solution", "solution", answers)
    yield Variant("stub", "stub", {})
    for at, source in answers.items():
        for number, mutant in enumerate(_chosen(source, most), 1):
            about = f"{mutant.before} -> {mutant.after}"
            yield Variant(f"mutant-{at + 1}-{number}", " ".join(about.split()), answers | {at: mutant.source})


def _chosen(source: str, most: int | None) -> Sequence[Mutant]:
    try:
        found = mutants(source)
    except SyntaxError:  # a magic stands in it
        return ()
    return found if most is None or len(found) <= most else [found[at * len(found) // most] for at in range(most)]


def notebook_of(variant: Variant, assignment: Assignment, checks: bool) -> str:
    """The notebook as a file. `checks`: with the cells that otter puts into notebooks, which run its tests there."""
    written = dict(variant.written)
    if checks:
        written |= {unit.tests[0].cell: f'grader.check("{unit.id}")' for unit in assignment.units if unit.tests}
    return release(assignment, written)
