"""What each of the folders that stand together is: one person's, or one that holds several people.

The list of participants decides where it has a name that stands there; else the folders decide together, so that a
person who has done something odd is read as the others are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

from grader.people import Person
from grader.submissions import layouts, platforms
from grader.submissions.matching import MIN_DIGITS, PersonIndex
from grader.submissions.platforms import canvas, google_forms, teams
from grader.submissions.platforms.owner import Owner, compose
from grader.submissions.submission import File
from grader.submissions.tree import Node

_OLD = re.compile(
    r"old|older|previous|earlier|archive|backup|drafts?|star[aey]|poprzedni[ae]?|wcześniejsz[ey]|archiwum|robocz[ey]",
    re.IGNORECASE,
)
_ASSIGNMENT = re.compile(
    r"(?:ps|pset|problem set|hw|homework|lab|zad|zadani[ae]|task|assignment|week|tydzień|[cć]w|[cć]wiczeni[ae]|"
    r"exercises?|workshop|warsztaty?|praca domowa|projekt|project|lista|version|wersja)[ _.\-]*\d*[a-z]?",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"(?:g|gr|grupa|group|klasa|class|sekcja|section|zespół|team|zjazd)[ _.\-]*(?:\d+\w?|\w)?", re.IGNORECASE
)


class _Kind(Enum):
    """What a folder looks like by itself. `PLATFORMS`: a platform's names in it name people."""

    EMPTY = 0
    PERSON = 1
    GROUP = 2
    PLATFORMS = 3


def persons(folders: Sequence[Node], exercises: Sequence[str], index: PersonIndex) -> list[bool]:
    """For each of the folders that stand together whether it is one person's."""
    listed = [_listed(folder, exercises, index) for folder in folders]
    kinds = [_by_itself(folder, exercises) for folder in folders]
    if any(listed):
        there = {person for people in listed for person in people}
        return [
            bool(own) or not _holds_others(folder, kind, exercises, index, there)
            for folder, kind, own in zip(folders, kinds, listed, strict=True)
        ]
    holds_listed = [_holds_listed(folder, exercises, index, len(folders) == 1) for folder in folders]
    kinds = [_Kind.GROUP if holds else kind for holds, kind in zip(holds_listed, kinds, strict=True)]
    if any(holds_listed):
        return [kind in {_Kind.PERSON, _Kind.EMPTY} for kind in kinds]
    return _by_majority(folders, kinds, exercises)


def listed_people(name: str, exercises: Sequence[str], index: PersonIndex) -> frozenset[Person]:
    """Those on the list whom the name of a file or folder fits. An exercise's name is nobody's number."""
    return frozenset() if name in exercises else frozenset(index.named(name))


def is_listed_persons(folder: Node, exercises: Sequence[str], index: PersonIndex) -> bool:
    """Whether a folder that was named alone is that of a person on the list, and not a class that holds several."""
    people = _listed(folder, exercises, index)
    return bool(people) and len([*_listed_inside(folder, exercises, index)]) < 2


def notebooks_and_archives(folder: Node) -> Iterator[File]:
    """The notebooks in it, however deep. An archive is one, whatever it holds, unless that is something else."""
    yield from folder.notebooks
    for inner in folder.folders:
        if not inner.is_archive:
            yield from notebooks_and_archives(inner)
        elif any(inner.all_notebooks()) or not inner.all_files():
            yield File(inner.shown, inner.shown)


# ---- with a list


def _listed(folder: Node, exercises: Sequence[str], index: PersonIndex) -> frozenset[Person]:
    """Whose the folder is by its name. A short number may as well be that of a group, if people are in it."""
    people = listed_people(folder.name, exercises, index)
    is_short_number = folder.name.isdecimal() and len(folder.name) < MIN_DIGITS
    if is_short_number and not folder.is_archive and len([*_listed_inside(folder, exercises, index)]) > 1:
        return frozenset()
    return people


def _holds_others(folder: Node, kind: _Kind, exercises: Sequence[str], index: PersonIndex, there: set[Person]) -> bool:
    """Whether a folder beside those of people on the list holds several others. Names that one person has chosen for
    the files in the own folder don't make it so."""
    if folder.is_archive:
        return False
    if kind is _Kind.PLATFORMS:
        return len(_platform_people(folder)) > 1
    inside = {person for people in _listed_inside(folder, exercises, index) for person in people}
    return teams.holds_people(folder.name) or (len(inside) > 1 and inside.isdisjoint(there))


def _holds_listed(folder: Node, exercises: Sequence[str], index: PersonIndex, is_only: bool) -> bool:
    """Whether several people on the list have files or folders in it, or, where no other folder stands beside it, one
    has a folder."""
    if folder.is_archive:
        return False
    inside = [inner.name for inner in (*_chain(folder), *_core(folder).folders)]
    has_folder = any(listed_people(name, exercises, index) for name in inside)
    return (is_only and has_folder) or len([*_listed_inside(folder, exercises, index)]) > 1


def _listed_inside(folder: Node, exercises: Sequence[str], index: PersonIndex) -> Iterator[frozenset[Person]]:
    core = _core(folder)
    names = [*(layouts.base(_stem(file)) for file in core.notebooks), *(inner.name for inner in core.folders)]
    found = dict.fromkeys(listed_people(name, exercises, index) for name in names)
    yield from (people for people in found if people)


# ---- without


def _by_itself(folder: Node, exercises: Sequence[str]) -> _Kind:
    notebooks = [*notebooks_and_archives(folder)]
    if folder.is_archive:
        return _Kind.PERSON
    if _platform_people(folder):
        return _Kind.PLATFORMS
    if teams.holds_people(folder.name):
        return _Kind.GROUP
    if not notebooks:
        return _Kind.EMPTY
    core = _core(folder)
    is_persons = (
        layouts.is_one_persons(notebooks, exercises)
        or teams.are_versions(core.folders)
        or layouts.are_common(map(_stem, core.notebooks))
        or _repeats_itself(core, exercises)
    )
    return _Kind.PERSON if is_persons else _Kind.GROUP


def _repeats_itself(folder: Node, exercises: Sequence[str]) -> bool:
    """Whether the folders in it that hold notebooks are called old, or repeat names of the notebooks beside them, which
    are one person's."""
    if folder.notebooks and not layouts.is_one_persons(folder.notebooks, exercises):
        return False
    names = set(_stems(folder.notebooks))
    inside = {inner.name: set(_stems([*notebooks_and_archives(inner)])) for inner in folder.folders}
    return any(inside.values()) and all(
        _OLD.fullmatch(name) or names & stems for name, stems in inside.items() if stems
    )


def _by_majority(folders: Sequence[Node], kinds: Sequence[_Kind], exercises: Sequence[str]) -> list[bool]:
    hold_assignments = _hold_assignments(folders, exercises)
    if hold_assignments is not None:
        return [
            kind is not _Kind.PLATFORMS
            and not teams.holds_people(folder.name)
            and (hold_assignments or (kind is not _Kind.GROUP and not folder.folders))
            for folder, kind in zip(folders, kinds, strict=True)
        ]
    shared = {
        stem
        for folder, kind in zip(folders, kinds, strict=True)
        if kind is _Kind.PERSON
        for stem in _stems(_core(folder).notebooks)
    }
    kinds = [
        _Kind.PERSON if kind is _Kind.GROUP and shared & set(_stems(_core(folder).notebooks)) else kind
        for folder, kind in zip(folders, kinds, strict=True)
    ]
    are_most = kinds.count(_Kind.PERSON) > kinds.count(_Kind.GROUP)
    return [
        kind in {_Kind.PERSON, _Kind.EMPTY} or (kind is _Kind.GROUP and are_most and not _is_called_group(folder))
        for folder, kind in zip(folders, kinds, strict=True)
    ]


def _hold_assignments(folders: Sequence[Node], exercises: Sequence[str]) -> bool | None:
    """Of folders in which the same names of folders stand again and again: whether the inner are assignments, and the
    outer people. None where there are no such folders."""
    inner = [
        {one.name for one in folder.folders if not one.is_archive and any(one.all_notebooks())}
        for folder in folders
        if not (folder.notebooks or folder.is_archive or teams.holds_people(folder.name))
    ]
    counts = Counter(name for names in inner for name in names)
    if max(counts.values(), default=0) < 2:
        return None
    if all(_is_assignment(name, exercises) for name in counts):
        return True
    if all(_is_assignment(folder.name, exercises) for folder in folders):
        return False
    return len(counts) <= sum(map(bool, inner))


def _is_assignment(name: str, exercises: Sequence[str]) -> bool:
    known = layouts.exercise(name, exercises, strict=True)
    return bool(known or _OLD.fullmatch(name) or _ASSIGNMENT.fullmatch(name))


def _is_called_group(folder: Node) -> bool:
    """Whether its name, or most of the names in it, say that it is a group."""
    names = [*map(_stem, folder.notebooks), *(inner.name for inner in folder.folders)]
    full = [name for name in names if google_forms.is_full_name(name.replace("_", " "))]
    return bool(teams.holds_people(folder.name) or _GROUP.fullmatch(folder.name)) or 2 * len(full) > len(names)


def _core(folder: Node) -> Node:
    """The folder in which there is more than one thing, where each around it holds nothing but one folder."""
    return [folder, *_chain(folder)][-1]


def _chain(folder: Node) -> Iterator[Node]:
    """The folders in a folder as long as each is the only thing in the one around it."""
    while not folder.notebooks and len(folder.folders) == 1 and not folder.folders[0].is_archive:
        folder = folder.folders[0]
        yield folder


def _platform_people(folder: Node) -> set[Owner]:
    """Whom a learning platform's names in it name, however deep. Canvas's say so only where there are several."""
    names = [*(file.name for file in (*folder.notebooks, *folder.others)), *(inner.name for inner in folder.folders)]
    found = {who for name in names if (who := platforms.told(name)) is not None}
    of_canvas = {*canvas.users(names).values()}
    return found.union(of_canvas if len(of_canvas) > 1 else (), *map(_platform_people, folder.folders))


def _stems(files: Sequence[File]) -> Iterator[str]:
    return (layouts.base(_stem(file)).casefold() for file in files)


def _stem(file: File) -> str:
    return Path(compose(file.name)).stem
