"""The answers that an exercise's hidden tests are proved with: right ones that must pass, wrong ones that must not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import permutations
from pathlib import Path

from grader.course.course import Exercise
from grader.course.sources import parse, read_file, without_docstring
from grader.proof.mutants import Mutant, mutants


class Kind(Enum):
    """What a candidate is, and what must happen to it."""

    REFERENCE = "reference"  # passes, and its visible asserts hold
    RIGHT = "right"  # passes
    STUB = "stub"  # earns nothing
    IDLE = "idle"  # earns nothing: gives back a constant or its arguments
    WRONG = "wrong"  # earns nothing
    MISTAKE = "mistake"  # is refused, and named
    MUTANT = "mutant"  # is refused


WORTHLESS = (Kind.STUB, Kind.IDLE, Kind.WRONG)  # may not earn a single point
FOLDERS = {Kind.RIGHT: "right", Kind.WRONG: "wrong", Kind.MISTAKE: "mistakes"}  # where the author keeps them


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer to an exercise.

    Attributes:
        kind: what it is.
        exercise: the exercise's id.
        name: the stem of its file, what an idle function returns, or the kind of a mutant.
        source: the cell that defines the function.
        mutant: the change of the solution, where it is one.
        alone: whether it needs a notebook of its own, for it is more than one function.
    """

    kind: Kind
    exercise: str
    name: str
    source: str
    mutant: Mutant | None = None
    alone: bool = False

    @property
    def plain(self) -> bool:
        """Whether the grader wrote it as one function, so that it can share a notebook with others."""
        return self.kind in (Kind.IDLE, Kind.MUTANT) and not self.alone


def candidates(exercise: Exercise) -> Iterator[Candidate]:
    """All candidates of an exercise, in the order in which they are reported."""
    solution = exercise.folder / "solution.py"
    yield Candidate(Kind.REFERENCE, exercise.id, "solution", read_file(solution))
    yield Candidate(Kind.STUB, exercise.id, "stub", exercise.stub)
    for value in _idle_values(exercise):
        yield Candidate(Kind.IDLE, exercise.id, value, _idle(exercise, value), alone=bool(exercise.asks))
    for kind, folder in FOLDERS.items():
        for path in sorted(exercise.folder.glob(f"{folder}/*.py")):
            yield Candidate(kind, exercise.id, path.stem, _code(path))
    parse(solution)
    for mutant in mutants(read_file(solution), _looks_at_output(exercise)):
        yield Candidate(Kind.MUTANT, exercise.id, mutant.kind, mutant.source, mutant, bool(exercise.asks))


def visible_asserts(exercise: Exercise) -> str:
    return read_file(exercise.folder / "visible.py")


def _looks_at_output(exercise: Exercise) -> bool:
    return any("printed" in read_file(path) for path in exercise.folder.glob("test_*.py"))


def _code(path: Path) -> str:
    parse(path)
    return without_docstring(read_file(path))


def _idle_values(exercise: Exercise) -> Iterator[str]:
    """What idle functions return: constants, each argument, every two of them."""
    if exercise.asks:
        yield from ("None", "0", '""', "[]")
        return
    yield from ("None", "0", "1", "(0, 0)", 'float("nan")', 'float("inf")')
    yield from exercise.parameters
    yield from (f"({one}, {other})" for one, other in permutations(exercise.parameters, 2))


def _idle(exercise: Exercise, value: str) -> str:
    if exercise.asks:
        return "".join(f"{name} = {value}\n" for name in exercise.asks)
    return f"def {exercise.function}({', '.join(exercise.parameters)}):\n    return {value}\n"
