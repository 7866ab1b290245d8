"""A course as the grader knows it: exercises, points, names, solutions. None of it reaches a participant's code."""

from __future__ import annotations

import builtins
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from grader.course.own_folder import run_in
from grader.course.sources import definitions_in, function_in, read_file, run_source, same_code
from grader.errors import CourseError, UsageError
from grader.i18n import Titles, msg

if TYPE_CHECKING:
    from grader.course.assignment import Assignment

EXPERIMENT = "experiment.py"  # in an exercise's folder


@dataclass(frozen=True, slots=True)
class ByHand:
    """Something in an exercise that a person grades.

    Attributes:
        id: unique in the exercise.
        title: what is looked at.
        max_points: what it is worth.
    """

    id: str
    title: Titles
    max_points: float


@dataclass(frozen=True)
class Exercise:
    """One exercise of a course.

    Attributes:
        id: unique in the course; also the name of its folder.
        title: what people call it.
        minutes: how long it takes.
        function: the name of the function that it asks for.
        aliases: other names under which the function is accepted.
        parameters: the course's names of the function's arguments, in the course's order.
        max_points, max_bonus: what all of its hidden tests are worth together.
        needs: the ids of earlier exercises whose functions it calls.
        superseded_by: the id of a later exercise that rewrites the same function, if one does.
        folder: where its files are.
        asks: the names that it asks for, where it is about more than one function; `function` is the first of them.
        languages: of its course: those in which it has its texts.
        by_hand: what a person grades in it.
        answer_cell: the id of the cell for a written answer, where nothing else is asked for: the cell's own, or
            nbgrader's grade_id.
        placeholder: what stands in that cell when it is handed out.
        input: what `input()` is answered with in its cells, in turn.
        handed_out: the source that participants start from, where it is in no file of its own.
    """

    id: str
    title: Titles
    minutes: int
    function: str
    aliases: tuple[str, ...]
    parameters: tuple[str, ...]
    max_points: float
    max_bonus: float
    needs: tuple[str, ...]
    superseded_by: str | None
    folder: Path
    asks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("pl", "en")
    by_hand: tuple[ByHand, ...] = ()
    answer_cell: str = ""
    placeholder: str = ""
    input: tuple[str, ...] = ()
    handed_out: str | None = None

    @property
    def tested(self) -> bool:
        """Whether it has hidden tests; a person alone grades the others."""
        return bool(self.function)

    @property
    def worth(self) -> float:
        """The points that it is worth, with what a person grades."""
        return self.max_points + sum(one.max_points for one in self.by_hand)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name that its function may have."""
        return self.asks or tuple(filter(None, (self.function, *self.aliases)))

    def unit(self, line: ByHand) -> str:
        """What a table of marks calls one of the things that a person grades."""
        return self.id if len(self.by_hand) == 1 else f"{self.id}/{line.id}"

    @cached_property
    def statements(self) -> tuple[str, ...]:
        """What it says to do, in each language."""
        paths = (self.folder / f"statement.{lang}.md" for lang in self.languages)
        return tuple(read_file(path) for path in paths if path.is_file())

    @cached_property
    def stub(self) -> str:
        """The source that participants start from."""
        if self.handed_out is not None:
            return self.handed_out
        return read_file(self.folder / "stub.py")

    def is_stub(self, source: str) -> bool:
        """Whether a participant's definition is still the one that was handed out."""
        return bool(source) and any(same_code(source, handed_out) for handed_out in self._handed_out)

    @cached_property
    def _handed_out(self) -> tuple[str, ...]:
        """The stub, and the definition of the function in it where other lines stand around that."""
        return (self.stub, *definitions_in(self.stub, self.function)) if not self.asks else (self.stub,)


@dataclass(frozen=True)
class Course:
    """A course.

    Attributes:
        id: stays the same while the course changes.
        title: what people call it.
        seed: one of the numbers from which the inputs of hidden tests are drawn.
        carried_deduction: points that a right exercise loses when it fails only because of an earlier one.
        data_files: the folder of the files that lie in a notebook's folder, if it has any.
        packages: modules that notebooks of this course import, which must be there where they run.
        names: each parameter's name to the names that people give it (its own too), all as `normal` writes them.
        exercises: in the course's order.
        typical: exercise id to the known mistake (or "stub") that the sample of a typically wrong notebook makes.
        folder: where its files are.
        languages: of the statements in the notebooks; the first stands open, the others are folded away.
        opening: files of the code cells that every notebook of the course begins with.
        data_names: names that the opening cells define and that hidden tests get as `data`.
        hints: the name of an exception rule to what this course says in the place of the grader's general hint.
        assignment: the source notebook that it was read from, where it is one; its tests are cells of that.
        place: what names it: a notebook, or a folder; None for `folder`.
        known_results: what the tests of an exercise say of its known mistakes; whoever asks first fills it in.
    """

    id: str
    title: Titles
    seed: int
    carried_deduction: float
    names: Mapping[str, tuple[str, ...]]
    exercises: tuple[Exercise, ...]
    typical: Mapping[str, str]
    folder: Path
    languages: tuple[str, ...] = ("pl", "en")
    data_files: Path | None = None
    packages: tuple[str, ...] = ()
    opening: tuple[Path, ...] = ()
    data_names: tuple[str, ...] = ()
    hints: Mapping[str, Titles] = field(default_factory=dict)
    assignment: Assignment | None = None
    place: Path | None = None
    _solutions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    _scopes: dict[str, dict[str, Any]] = field(default_factory=dict)
    known_results: dict[str, Any] = field(default_factory=dict, compare=False)

    def require(self, ids: Iterable[str]) -> None:
        """Raise UsageError if the course has no exercise with one of these ids."""
        known = [exercise.id for exercise in self.exercises]
        for id in ids:
            if id not in known:
                names = ", ".join(known)
                raise UsageError(
                    msg("there is no exercise '{id}' in this course. Available: {known}", id=id, known=names)
                )

    @property
    def named(self) -> Path:
        """What `load` reads it from."""
        return self.place or self.folder

    @property
    def tested(self) -> tuple[Exercise, ...]:
        """The exercises that have hidden tests."""
        return tuple(exercise for exercise in self.exercises if exercise.tested)

    @property
    def called(self) -> tuple[str, ...]:
        """What people may call it: its id and its titles."""
        return tuple(dict.fromkeys((self.id, self.title.pl, self.title.en)))

    def exercise(self, id: str) -> Exercise:
        return self._by_id[id]

    @cached_property
    def _by_id(self) -> Mapping[str, Exercise]:
        return {exercise.id: exercise for exercise in self.exercises}

    def is_stub(self, name: str, source: str) -> bool:
        """Whether a participant's definition of this name is still one that was handed out."""
        return any(exercise.is_stub(source) for exercise in self._by_name.get(name, ()))

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Exercise]]:
        """The exercises by each name under which something is accepted for them."""
        found: dict[str, list[Exercise]] = {}
        for exercise in self.exercises:
            for name in dict.fromkeys(exercise.names):
                found.setdefault(name, []).append(exercise)
        return found

    def supersedes(self, exercise: Exercise) -> Exercise | None:
        """The exercise whose function may stand in the place of this one's."""
        return self.exercise(exercise.superseded_by) if exercise.superseded_by else None

    def only_draws(self, source: str) -> bool:
        """Whether a cell is an exercise's experiment as it was handed out: it binds nothing, and shows what only a
        person looks at."""
        return source.strip() in self._experiments

    @cached_property
    def _experiments(self) -> frozenset[str]:
        paths = [exercise.folder / EXPERIMENT for exercise in self.exercises]
        return frozenset(read_file(path).strip() for path in paths if path.is_file())

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the names and contents of all of the course's files."""
        total = hashlib.sha256()
        for path in self.files:
            total.update(str(path.relative_to(self.folder).as_posix()).encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    @property
    def files(self) -> list[Path]:
        """All files of the course, without what editors, version control and Python put beside them."""
        if self.assignment is not None:
            names = (*map(Path, self.assignment.sources), *self.assignment.files)
            return [self.folder / name for name in names]
        inside = sorted(self.folder.rglob("*"))
        return [path for path in inside if path.is_file() and not _is_aside(path.relative_to(self.folder))]

    @cached_property
    def data(self) -> tuple[Any, ...]:
        """The data set of the notebooks: the values of `data_names`. Raise CourseError where a name is missing."""
        missing = [name for name in self.data_names if name not in self._opened]
        if missing:
            raise CourseError(
                "{folder}: data names {name}, which no opening cell defines",
                folder=self.folder,
                name=repr(missing[0]),
            )
        return tuple(self._opened[name] for name in self.data_names)

    @property
    def opening_names(self) -> tuple[str, ...]:
        """The names that the opening cells define and no module has."""
        own = ((name, value) for name, value in self._opened.items() if not hasattr(builtins, name))
        return tuple(name for name, value in own if not isinstance(value, ModuleType))

    @cached_property
    def _opened(self) -> dict[str, Any]:
        """The names that the opening cells define."""
        namespace: dict[str, Any] = {}
        for path in self.opening:
            self._run(path, namespace)
        return namespace

    def _run(self, path: Path, namespace: dict[str, Any], lines: Sequence[str] = ()) -> dict[str, Any]:
        return run_in(self.data_files, lambda: run_source(path, namespace, lines))

    def solution(self, id: str) -> Any:
        """The function of an exercise's reference solution, which sees what `scope` gives; of an exercise that asks for
        names, the names of its reference as attributes."""
        if id not in self._solutions:
            exercise = self.exercise(id)
            if exercise.asks:
                names = self._run(exercise.folder / "solution.py", self.scope(id), exercise.input)
                return SimpleNamespace(**names)
            path, scope = exercise.folder / "solution.py", self.scope(id)
            self._solutions[id] = run_in(self.data_files, lambda: function_in(path, exercise.function, scope))
        return self._solutions[id]

    def cells_before(self, exercise: Exercise) -> list[str]:
        """What a notebook holds before the exercise: the opening cells and the earlier references. A reference that
        defines the same names is left out, so that it can't be judged in another answer's place."""
        earlier = self.tested[: self.tested.index(exercise)]
        own = [other.folder / "solution.py" for other in earlier if not {*other.names} & {*exercise.names}]
        return [*map(read_file, self.opening), *map(read_file, own)]

    def scope(self, id: str) -> dict[str, Any]:
        """The names that a cell of this exercise finds: those of the opening cells, and the functions of the earlier
        reference solutions; the other names of one only where it is needed. A new dict for each call."""
        if id not in self._scopes:
            namespace = dict(self._opened)
            for exercise in self.tested:
                if exercise.id == id:
                    break
                if exercise.asks and exercise.id not in self.exercise(id).needs:
                    continue  # it may draw, write files, or take long
                self._run(exercise.folder / "solution.py", namespace, exercise.input)
            self._scopes[id] = namespace
        return dict(self._scopes[id])

    def __hash__(self) -> int:
        return hash((self.id, self.folder))


def _is_aside(path: Path) -> bool:
    return any(part == "__pycache__" or part.startswith(".") for part in path.parts)


def normal(name: str) -> str:
    """A parameter's name without case and underscores, as names are compared."""
    return name.lower().replace("_", "")
