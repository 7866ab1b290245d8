"""Reads a course.toml and the files that it names into a Course."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.course.course import ByHand, Course, Exercise, normal
from grader.course.files import refuse_size
from grader.course.places import COURSE_FILE
from grader.course.sources import in_both, placeholder
from grader.errors import CourseError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from grader.course.assignment import Assignment

_LANGUAGE = re.compile("[a-z]{2}")
_MODULES = frozenset({"grader", "matplotlib", "numpy", "pandas", "pytest"})  # a hidden test would hide it


_Texts = dict[str, str]  # by language, of two letters


class _ByHand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    points: float
    title: _Texts = {}
    id: str = ""


class _Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: _Texts
    minutes: int
    points: float
    function: str = ""
    parameters: list[str] = []
    asks: list[str] = []
    bonus: float = 0.0
    aliases: list[str] = []
    needs: list[str] = []
    superseded_by: str = ""
    by_hand: list[_ByHand] = []
    input: list[str | int | float] = []


class _Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: _Texts
    names: dict[str, list[str]]
    exercises: list[_Exercise]
    seed: int = 0
    carried_deduction: float = 1.0
    languages: list[str] = []
    opening: list[str] = []
    data: list[str] = []
    files: str = ""
    packages: list[str] = []
    hints: dict[str, _Texts] = {}
    typical: dict[str, str] = {}


def load(folder: Path) -> Course:
    """Read the course in `folder`, or the assignment in a source notebook or a folder of them. Raise CourseError with
    what is wrong and where."""
    path = folder / COURSE_FILE
    notebooks = source_notebooks(folder)
    if notebooks:
        return _load_assignment(notebooks, folder)
    raw = _read(path)
    _refuse_contradictions(raw, path)
    if raw.files:  # its code runs in another working folder
        folder = folder.absolute()
    languages = tuple(raw.languages or raw.title)
    texts = partial(in_both, languages=languages)
    return Course(
        id=raw.id,
        title=texts(raw.title),
        seed=raw.seed,
        carried_deduction=raw.carried_deduction,
        names={name: tuple(map(normal, [name, *aliases])) for name, aliases in raw.names.items()},
        exercises=tuple(_exercise(item, folder, languages) for item in raw.exercises),
        languages=languages,
        packages=tuple(raw.packages),
        data_files=folder / raw.files if raw.files else None,
        opening=tuple(folder / name for name in raw.opening),
        data_names=tuple(raw.data),
        hints={name: texts(hint) for name, hint in raw.hints.items()},
        typical=raw.typical,
        folder=folder,
    )


def _load_assignment(notebooks: Sequence[Path], folder: Path) -> Course:
    from grader.course.from_assignment import course_of, joined  # here, for most courses need none of it
    from grader.course.readers.forms import read_assignment

    return course_of(_with_points(joined([read_assignment(notebook) for notebook in notebooks])), folder)


def _with_points(assignment: Assignment) -> Assignment:
    if not assignment.units:
        raise CourseError("{path}: no cell of it has points. Give some to the cells with tests", path=assignment.path)
    return assignment


def source_notebooks(place: Path) -> list[Path]:
    """The source notebooks that are meant by a notebook or by a folder of them; none for the folder of a course."""
    if place.suffix == ".ipynb":
        return [place]
    if (place / COURSE_FILE).is_file() or not place.is_dir():
        return []
    from grader.course.readers.forms import is_source

    return sorted(path for path in place.glob("*.ipynb") if is_source(path))


def assignment_folders(place: Path) -> list[Path]:
    """The folders of the assignments in a course of several, as nbgrader has them in `source`; none elsewhere."""
    if not place.is_dir() or (place / COURSE_FILE).is_file() or source_notebooks(place):
        return []
    root = place / "source" if (place / "source").is_dir() else place
    folders = (folder for folder in root.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    return sorted((folder for folder in folders if source_notebooks(folder)), key=_natural)


def each_assignment(place: Path) -> list[Path]:
    """The folders of the assignments in a course of several; what is one assignment or course by itself."""
    return assignment_folders(place) or [place]


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """The order in which 2 comes before 10."""
    pieces = filter(None, re.split(r"(\d+)", path.name.casefold()))
    return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces]


def _read(path: Path) -> _Course:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8-sig")), _Course)
    except FileNotFoundError:
        raise CourseError(
            "{parent} is no course: it has no {course_file}, and no installed course has this name. Start one "
            "with: grade-course new DIR",
            parent=path.parent,
            course_file=COURSE_FILE,
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CourseError("{path}: {error}", path=path, error=error) from error


def _exercise(raw: _Exercise, folder: Path, languages: tuple[str, ...]) -> Exercise:
    title, function = in_both(raw.title, languages), raw.function or next(iter(raw.asks), "")
    by_hand = tuple(
        ByHand(one.id or str(number), in_both(one.title, languages) if one.title else title, one.points)
        for number, one in enumerate(raw.by_hand, start=1)
    )
    return Exercise(
        id=raw.id,
        title=title,
        minutes=raw.minutes,
        function=function,
        aliases=tuple(raw.aliases),
        parameters=tuple(raw.parameters),
        max_points=raw.points - sum(one.max_points for one in by_hand),
        max_bonus=raw.bonus,
        needs=tuple(raw.needs),
        superseded_by=raw.superseded_by or None,
        folder=folder / raw.id,
        asks=tuple(raw.asks),
        languages=languages,
        by_hand=by_hand,
        input=tuple(map(str, raw.input)),
        answer_cell="" if function else f"{raw.id}-answer",
        placeholder="" if function else placeholder(languages),
    )


def _refuse_contradictions(raw: _Course, path: Path) -> None:
    ids = [exercise.id for exercise in raw.exercises]
    if not ids:
        raise CourseError("{path}: there is no exercise in it. Add one as [[exercises]]", path=path)
    for id in ids:
        if ids.count(id) > 1:
            raise CourseError(
                "{path}: there are two exercises {id}; give one of them another id", path=path, id=repr(id)
            )
        if id in sys.stdlib_module_names or id in _MODULES:
            raise CourseError(
                "{path}: {id} is the name of a module of Python: give the exercise another id", path=path, id=repr(id)
            )
    for exercise in raw.exercises:
        _refuse_unknown(exercise, ids, raw, path)
    _refuse_languages(raw, path)
    _refuse_data_files(raw, path)
    for name in raw.packages:
        if not name.isidentifier():
            raise CourseError(
                "{path}: packages names {kind}. Write it as it is imported, such as 'sklearn'",
                path=path,
                kind=repr(name),
            )
    for name in raw.opening:
        if not (path.parent / name).is_file():
            raise CourseError(
                "{path}: opening names {name}, which is no file of this course", path=path, name=repr(name)
            )


def _refuse_languages(raw: _Course, path: Path) -> None:
    languages = raw.languages or list(raw.title)
    if len(set(languages)) < len(languages):
        raise CourseError("{path}: name each language of the statements once: languages = ['pl', 'en']", path=path)
    for lang in languages:
        if not _LANGUAGE.fullmatch(lang):
            raise CourseError(
                "{path}: {lang} is no language. Write its two letters, such as 'pl', 'en', 'de'",
                path=path,
                lang=repr(lang),
            )
    wanted = [("the course", raw.title), *((f"exercise {one.id}", one.title) for one in raw.exercises)]
    for what, texts in [*wanted, *((f"the hint {name}", hint) for name, hint in raw.hints.items())]:
        for lang in languages:
            if not texts.get(lang):
                raise CourseError(
                    "{path}: {what} has no text in {lang}. Write it, or leave {lang} out of languages",
                    path=path,
                    what=what,
                    lang=repr(lang),
                )


def _refuse_data_files(raw: _Course, path: Path) -> None:
    if not raw.files:
        return
    folder = path.parent / raw.files
    if not folder.is_dir() or Path(raw.files).is_absolute() or ".." in Path(raw.files).parts:
        raise CourseError(
            "{path}: files names {files}, which is no folder of this course", path=path, files=repr(raw.files)
        )
    if folder.resolve() in {(path.parent / one.id).resolve() for one in raw.exercises} | {path.parent.resolve()}:
        raise CourseError(
            "{path}: files names {files}, which holds hidden tests. Give data files their own folder",
            path=path,
            files=repr(raw.files),
        )
    refuse_size(folder, [file for file in folder.rglob("*") if file.is_file()])


def _refuse_unknown(exercise: _Exercise, ids: list[str], raw: _Course, path: Path) -> None:
    asked = bool(exercise.function) + bool(exercise.asks)
    if asked > 1 or not (asked or exercise.by_hand):
        raise CourseError(
            "{path}: exercise {id} needs either `function`, the name of a function with its `parameters`, or `asks`, a "
            "list of the names that it asks for; without both, `by_hand`, a list of what a person grades",
            path=path,
            id=exercise.id,
        )
    _refuse_by_hand(exercise, path)
    _refuse_untested(exercise, raw, path)
    for other in exercise.needs:
        if other in ids and ids.index(other) >= ids.index(exercise.id):
            what = "itself" if other == exercise.id else f"{other}, which comes later"
            raise CourseError(
                "{path}: exercise {id} needs {what}. It can need earlier ones only",
                path=path,
                id=exercise.id,
                what=what,
            )
    if exercise.superseded_by == exercise.id:
        raise CourseError(
            "{path}: exercise {id} is superseded by itself. Name the later exercise, or none", path=path, id=exercise.id
        )
    for other in [*exercise.needs, *filter(None, [exercise.superseded_by])]:
        if other not in ids:
            raise CourseError(
                "{path}: exercise {id} names {other}, which is no exercise of this course",
                path=path,
                id=exercise.id,
                other=repr(other),
            )
    for name in exercise.parameters:
        if name not in raw.names:
            raise CourseError(
                "{path}: exercise {id}: add the parameter {name} to [names]", path=path, id=exercise.id, name=repr(name)
            )


def _refuse_by_hand(exercise: _Exercise, path: Path) -> None:
    """Each line has points and a name of its own, and all of them are within the exercise's points."""
    total = sum(one.points for one in exercise.by_hand)
    tested = bool(exercise.function or exercise.asks)
    if any(one.points <= 0 for one in exercise.by_hand) or total > exercise.points:
        raise CourseError(
            "{path}: exercise {id}: by_hand gives {total} points, and `points` says {points}. Each line of by_hand "
            "needs points above 0, and `points` counts them all",
            path=path,
            id=exercise.id,
            total=f"{total:g}",
            points=f"{exercise.points:g}",
        )
    if not tested and (total != exercise.points or exercise.bonus):
        raise CourseError(
            "{path}: exercise {id} has no hidden tests, so by_hand must give all of its {points} points, and gives "
            "{total}; it can have no bonus",
            path=path,
            id=exercise.id,
            total=f"{total:g}",
            points=f"{exercise.points:g}",
        )
    names = [one.id or str(number) for number, one in enumerate(exercise.by_hand, start=1)]
    if len(set(names)) < len(names) or any("/" in name for name in names):
        raise CourseError(
            "{path}: exercise {id}: two lines of by_hand have the same id, or one has a slash in it: {names}",
            path=path,
            id=exercise.id,
            names=", ".join(names),
        )


def _refuse_untested(exercise: _Exercise, raw: _Course, path: Path) -> None:
    """An exercise without hidden tests neither needs others nor is needed."""
    tested = {one.id for one in raw.exercises if one.function or one.asks}
    others = [*exercise.needs, *filter(None, [exercise.superseded_by])]
    for id in [exercise.id, *others] if others else []:
        if id not in tested and id in {one.id for one in raw.exercises}:
            raise CourseError(
                "{path}: exercise {id}: needs and superseded_by are about functions, and exercise {other} has none",
                path=path,
                id=exercise.id,
                other=id,
            )
