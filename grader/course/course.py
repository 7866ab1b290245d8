"""A course, read from its folder: exercises, points, names, solutions. All of it stays on the grader's side."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from grader import PACKAGE
from grader.errors import CourseError, UsageError
from grader.i18n import Titles

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

COURSE_FILE = "course.toml"
MAX_STUB = 5_000


class _Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pl: str
    en: str


class _Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: _Title
    minutes: int
    function: str
    parameters: list[str]
    points: float
    bonus: float = 0.0
    aliases: list[str] = []
    needs: list[str] = []
    superseded_by: str = ""


class _Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: _Title
    names: dict[str, list[str]]
    exercises: list[_Exercise]
    seed: int = 0
    carried_deduction: float = 1.0
    typical: dict[str, str] = {}


@dataclass(frozen=True)
class Exercise:
    """One exercise. `parameters` are the course's names in the course's order; `needs` the exercises it stands on."""

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

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that its function may have."""
        return (self.function, *self.aliases)

    @cached_property
    def stub(self) -> str:
        return read_file(self.folder / "stub.py")

    def is_stub(self, source: str) -> bool:
        """Whether a participant's definition is still the one that was handed out."""
        return bool(source) and _shape(source) == _shape(self.stub)


@dataclass(frozen=True)
class Course:
    """A course. `names` maps each parameter to the names that people give it; `typical` says which mistakes the sample
    of a typically wrong notebook makes."""

    id: str
    title: Titles
    seed: int
    carried_deduction: float
    names: Mapping[str, tuple[str, ...]]
    exercises: tuple[Exercise, ...]
    typical: Mapping[str, str]
    folder: Path
    _solutions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    _scopes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def require(self, ids: Iterable[str]) -> None:
        """Raise UsageError if the course has no exercise with one of these ids."""
        known = [exercise.id for exercise in self.exercises]
        for id in ids:
            if id not in known:
                raise UsageError(f"there is no exercise {id!r} in this course. Available: {', '.join(known)}")

    def exercise(self, id: str) -> Exercise:
        return next(exercise for exercise in self.exercises if exercise.id == id)

    def supersedes(self, exercise: Exercise) -> Exercise | None:
        """The exercise whose function may stand in the place of this one's."""
        return self.exercise(exercise.superseded_by) if exercise.superseded_by else None

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
        """All that makes the course."""
        inside = sorted(self.folder.rglob("*"))
        return [path for path in inside if path.is_file() and "__pycache__" not in path.parts]

    @property
    def data_file(self) -> Path:
        """Where the data set of the notebooks is made, if the course has one."""
        return self.folder / "data.py"

    @cached_property
    def data(self) -> tuple[Any, Any]:
        """The data set of the notebooks: x_train, y_train, both (n,) float."""
        namespace = run_source(self.data_file, {})
        return namespace["x_train"], namespace["y_train"]

    def solution(self, id: str) -> Callable[..., Any]:
        """The reference solution's function of an exercise, the earlier exercises' functions in its scope."""
        if id not in self._solutions:
            exercise = self.exercise(id)
            self._solutions[id] = function_in(exercise.folder / "solution.py", exercise.function, self.scope(id))
        return self._solutions[id]

    def scope(self, id: str) -> dict[str, Any]:
        """The names that a cell of this exercise finds: the reference solutions of the earlier ones."""
        if id not in self._scopes:
            namespace: dict[str, Any] = {}
            for exercise in self.exercises:
                if exercise.id == id:
                    break
                run_source(exercise.folder / "solution.py", namespace)
            self._scopes[id] = namespace
        return dict(self._scopes[id])

    def __hash__(self) -> int:
        return hash((self.id, self.folder))


def load(folder: Path) -> Course:
    """Read the course in `folder`. Raise CourseError with what is wrong and where."""
    path = folder / COURSE_FILE
    try:
        raw = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _Course)
    except FileNotFoundError:
        raise CourseError(
            f"{folder} is no course: it has no {COURSE_FILE}. Start one with: grade-course new DIR"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CourseError(f"{path}: {error}") from error
    exercises = tuple(_exercise(item, folder) for item in raw.exercises)
    _refuse_contradictions(raw, path)
    names = {canonical: tuple(map(normal, [canonical, *aliases])) for canonical, aliases in raw.names.items()}
    title = Titles(raw.title.pl, raw.title.en)
    return Course(raw.id, title, raw.seed, raw.carried_deduction, names, exercises, raw.typical, folder)


def built_in() -> Path:
    """The folder of the course that comes with the grader: in an installed package, or beside it in a checkout."""
    installed = PACKAGE / "_course"
    return installed if installed.is_dir() else PACKAGE.parent / "reference"


def normal(name: str) -> str:
    """A parameter's name without case and underscores, as names are compared."""
    return name.lower().replace("_", "")


def run_source(path: Path, namespace: dict[str, Any]) -> dict[str, Any]:
    """Execute a file of the course as a cell of a notebook where numpy is `np`; `namespace` is changed and returned."""
    import numpy as np

    namespace.setdefault("np", np)
    namespace.setdefault("__name__", f"course.{path.stem}")
    namespace["print"] = lambda *args, **kwargs: None  # a solution may print; the grader's output is its reports
    source = read_file(path)
    try:
        exec(compile(source, str(path), "exec"), namespace)  # noqa: S102  the course is the operator's own code
    except Exception as error:
        raise CourseError(f"{path}: {type(error).__name__}: {error}") from error
    return namespace


def function_in(path: Path, name: str, scope: dict[str, Any]) -> Callable[..., Any]:
    """The function of a file of the course, run with the names in `scope`. Raise CourseError where it has none."""
    scope.pop(name, None)  # an earlier exercise's of the same name is not meant
    found = run_source(path, scope).get(name)
    if not callable(found):
        raise CourseError(f"{path}: there is no {name} in it. Is the name right?")
    return found  # type: ignore[no-any-return]


def read_file(path: Path) -> str:
    """The text of a file of the course. Raise CourseError where it can't be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from error


def hints(path: Path, doc: str | None) -> Titles:
    """The two hints of a docstring, `pl: ...` and `en: ...`. Raise CourseError where one lacks."""
    texts: dict[str, str] = {}
    language = ""
    for line in (doc or "").splitlines():
        text = line.strip()
        if text.startswith(("pl:", "en:")):
            language, _, text = text.partition(":")
        texts[language] = f"{texts.get(language, '')} {text.strip()}".strip()
    if not texts.get("pl") or not texts.get("en"):
        raise CourseError(f"{path}: what it knows needs a docstring of two hints, 'pl: ...' and 'en: ...'")
    return Titles(texts["pl"], texts["en"])


def _exercise(raw: _Exercise, folder: Path) -> Exercise:
    return Exercise(
        id=raw.id,
        title=Titles(raw.title.pl, raw.title.en),
        minutes=raw.minutes,
        function=raw.function,
        aliases=tuple(raw.aliases),
        parameters=tuple(raw.parameters),
        max_points=raw.points,
        max_bonus=raw.bonus,
        needs=tuple(raw.needs),
        superseded_by=raw.superseded_by or None,
        folder=folder / raw.id,
    )


def _refuse_contradictions(raw: _Course, path: Path) -> None:
    ids = [exercise.id for exercise in raw.exercises]
    if not ids:
        raise CourseError(f"{path}: there is no exercise in it. Add one as [[exercises]]")
    for exercise in raw.exercises:
        for other in [*exercise.needs, *filter(None, [exercise.superseded_by])]:
            if other not in ids:
                raise CourseError(
                    f"{path}: exercise {exercise.id} names {other!r}, which is no exercise of this course"
                )
        for name in exercise.parameters:
            if name not in raw.names:
                raise CourseError(f"{path}: exercise {exercise.id}: add the parameter {name!r} to [names]")
    for id in ids:
        if ids.count(id) > 1:
            raise CourseError(f"{path}: there are two exercises {id!r}; give one of them another id")


@lru_cache(1000)
def _shape(source: str) -> str | None:
    """A definition without what does not run: comments, docstrings, layout. None where it does not parse."""
    try:
        tree = ast.parse(_dedent(source[:MAX_STUB]))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:]
        return ast.dump(tree)
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # a source is the participant's to choose
        return None


def _dedent(source: str) -> str:
    import textwrap

    return textwrap.dedent(source)
