"""Reads a course.toml and the files that it names into a Course."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from grader.course.course import Course, Exercise, normal
from grader.errors import CourseError
from grader.i18n import Lang, Titles

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

COURSE_FILE = "course.toml"
_MODULES = frozenset({"grader", "matplotlib", "numpy", "pandas", "pytest"})  # a hidden test would hide it


class _Titles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pl: str
    en: str

    def titles(self) -> Titles:
        return Titles(self.pl, self.en)


class _Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: _Titles
    minutes: int
    points: float
    function: str = ""
    parameters: list[str] = []
    asks: list[str] = []
    bonus: float = 0.0
    aliases: list[str] = []
    needs: list[str] = []
    superseded_by: str = ""


class _Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: _Titles
    names: dict[str, list[str]]
    exercises: list[_Exercise]
    seed: int = 0
    carried_deduction: float = 1.0
    languages: tuple[Lang, ...] = ("pl", "en")
    opening: list[str] = []
    data: list[str] = []
    hints: dict[str, _Titles] = {}
    typical: dict[str, str] = {}


def load(folder: Path) -> Course:
    """Read the course in `folder`. Raise CourseError with what is wrong and where."""
    path = folder / COURSE_FILE
    raw = _read(path)
    _refuse_contradictions(raw, path)
    return Course(
        id=raw.id,
        title=raw.title.titles(),
        seed=raw.seed,
        carried_deduction=raw.carried_deduction,
        names={name: tuple(map(normal, [name, *aliases])) for name, aliases in raw.names.items()},
        exercises=tuple(_exercise(item, folder) for item in raw.exercises),
        languages=raw.languages,
        opening=tuple(folder / name for name in raw.opening),
        data_names=tuple(raw.data),
        hints={name: texts.titles() for name, texts in raw.hints.items()},
        typical=raw.typical,
        folder=folder,
    )


def _read(path: Path) -> _Course:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _Course)
    except FileNotFoundError:
        raise CourseError(
            f"{path.parent} is no course: it has no {COURSE_FILE}, and no installed course has this name. Start one "
            "with: grade-course new DIR"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CourseError(f"{path}: {error}") from error


def _exercise(raw: _Exercise, folder: Path) -> Exercise:
    return Exercise(
        id=raw.id,
        title=raw.title.titles(),
        minutes=raw.minutes,
        function=raw.function or raw.asks[0],
        aliases=tuple(raw.aliases),
        parameters=tuple(raw.parameters),
        max_points=raw.points,
        max_bonus=raw.bonus,
        needs=tuple(raw.needs),
        superseded_by=raw.superseded_by or None,
        folder=folder / raw.id,
        asks=tuple(raw.asks),
    )


def _refuse_contradictions(raw: _Course, path: Path) -> None:
    ids = [exercise.id for exercise in raw.exercises]
    if not ids:
        raise CourseError(f"{path}: there is no exercise in it. Add one as [[exercises]]")
    for id in ids:
        if ids.count(id) > 1:
            raise CourseError(f"{path}: there are two exercises {id!r}; give one of them another id")
        if id in sys.stdlib_module_names or id in _MODULES:
            raise CourseError(f"{path}: {id!r} is the name of a module of Python: give the exercise another id")
    for exercise in raw.exercises:
        _refuse_unknown(exercise, ids, raw, path)
    if not raw.languages or len(set(raw.languages)) < len(raw.languages):
        raise CourseError(f"{path}: name each language of the statements once: languages = ['pl', 'en']")
    for name in raw.opening:
        if not (path.parent / name).is_file():
            raise CourseError(f"{path}: opening names {name!r}, which is no file of this course")


def _refuse_unknown(exercise: _Exercise, ids: list[str], raw: _Course, path: Path) -> None:
    if bool(exercise.function) == bool(exercise.asks):
        raise CourseError(
            f"{path}: exercise {exercise.id} needs either `function`, the name of a function with its `parameters`, or "
            "`asks`, a list of the names that it asks for"
        )
    for other in [*exercise.needs, *filter(None, [exercise.superseded_by])]:
        if other not in ids:
            raise CourseError(f"{path}: exercise {exercise.id} names {other!r}, which is no exercise of this course")
    for name in exercise.parameters:
        if name not in raw.names:
            raise CourseError(f"{path}: exercise {exercise.id}: add the parameter {name!r} to [names]")
