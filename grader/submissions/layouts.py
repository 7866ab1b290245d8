"""How the names of one participant's files, and of files that stand together, tell what belongs together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from grader.submissions import platforms
from grader.submissions.platforms.who import composed
from grader.submissions.submission import File

MAX_COPIES = 4
MAX_ALONE = 6
_COPY = (
    re.compile(r"(?P<base>.+?)(?: ?\((?P<number>[1-9]\d?)\)|-(?P<again>[1-9]\d?))"),
    re.compile(r"(?P<base>.+?)(?: [-—] (?:copy|kopia)| copy| kopia)(?: ?\((?P<number>\d+)\)| \d+)?", re.IGNORECASE),
    re.compile(r"(?:copy of|kopia notatnika|kopia) (?P<base>.+)", re.IGNORECASE),
)
_KIND = r"(?:zad(?:anie)?|ex(?:ercise)?|[cć]w(?:iczenie)?|task|lab|solution|rozwi[aą]zanie)?[ _.\-]*"
_NOBODY = re.compile(
    r"(?:untitled|notebook|notatnik|workshop|zadania|[cć]wiczenia|exercises?|homework|praca domowa|solutions?|"
    r"rozwi[aą]zani[ae]|submission)\d*",
    re.IGNORECASE,
)


def base(stem: str) -> str:
    """The name that a copy is of: "anna" of "anna-1", "anna (1)", "Kopia notatnika anna"; else itself."""
    for pattern in _COPY:
        match = pattern.fullmatch(stem)
        if match:
            return base(match["base"])
    return stem


def exercise(stem: str, ids: Iterable[str], strict: bool = False) -> str | None:
    """The exercise whose id is in a file's name; with `strict`, at its beginning or after a word for exercise."""
    found = [id for id in ids if _exercise_pattern(id, strict).search(stem)]
    return max(found, key=len, default=None)


@lru_cache
def _exercise_pattern(id: str, strict: bool) -> re.Pattern[str]:
    before = rf"^{_KIND}" if strict else rf"(?:^|[\W_]){_KIND}"
    return re.compile(rf"{before}{re.escape(id)}(?![^\W_])", re.IGNORECASE)


def one_an_exercise(stems: Sequence[str], ids: Sequence[str], strict: bool = False) -> bool:
    """Whether the names are those of one participant's notebooks, one an exercise."""
    told = [exercise(stem, ids, strict) for stem in dict.fromkeys(map(base, stems))]
    known = [id for id in told if id is not None]
    if len(told) < 2 or len(set(known)) < len(known):
        return False
    return len(known) == len(told) or (2 * len(known) >= len(told) and any(not id.isdigit() for id in known))


def attempts(files: Sequence[File], ids: Sequence[str]) -> tuple[tuple[File, ...], ...]:
    """How the files of one participant make submissions: copies of one notebook are attempts, each by itself; one an
    exercise are run together; any others may be either, so each way is tried. What stands once more in another folder,
    or comes from another attempt at the platform, is never run together with what it repeats."""
    if len(files) == 1:
        return (tuple(files),)
    made = [attempt for round in _rounds(files) for attempt in _attempts_of_round(round, ids)]
    return tuple(dict.fromkeys(made))


def _rounds(files: Sequence[File]) -> list[list[File]]:
    """The first of each name, the second of each ..., those in outer folders before those in inner ones."""
    places: dict[str, list[tuple[str, str]]] = {}
    rounds: list[list[File]] = []
    for file in sorted(files, key=lambda file: file.folder.count("/")):
        own, attempt = platforms.own_name(file.name)
        earlier, place = places.setdefault(base(_stem(own)).casefold(), []), (file.folder, attempt)
        if place not in earlier:
            earlier.append(place)
        round = earlier.index(place)
        rounds += [[] for _ in range(round + 1 - len(rounds))]
        rounds[round].append(file)
    return rounds


def _attempts_of_round(files: Sequence[File], ids: Sequence[str]) -> tuple[tuple[File, ...], ...]:
    ordered = tuple(sorted(files, key=lambda file: _order(_own_stem(file), ids)))
    stems = [_own_stem(file) for file in ordered]
    singles = tuple((file,) for file in ordered)
    if len({base(stem).casefold() for stem in stems}) <= 1:
        return singles
    if one_an_exercise(stems, ids) or len(ordered) > MAX_ALONE:
        return (ordered,)
    return (ordered, *singles)


def _order(stem: str, ids: Sequence[str]) -> tuple[int, list[tuple[int, int | str]], bool, str]:
    """The course's order, then as people sort: 2 before 10."""
    id = exercise(base(stem), ids)
    pieces = [piece for piece in re.split(r"(\d+)", base(stem).casefold()) if piece]
    natural: list[tuple[int, int | str]] = [(0, int(piece)) if piece.isdecimal() else (1, piece) for piece in pieces]
    return (list(ids).index(id) if id is not None else len(ids), natural, stem != base(stem), stem)


def one_persons(files: Sequence[File], ids: Sequence[str]) -> bool:
    """Whether a folder whose name says nothing is one participant's: a notebook and its copies, or one an exercise."""
    stems = [_stem(file.name) for file in files]
    names = {base(stem).casefold() for stem in stems}
    places = {(base(_stem(file.name)).casefold(), file.folder) for file in files}
    if len(files) == 1 or len(places) > len(names):  # the same name in two folders is two people's
        return len(files) == 1
    copies = len(names) == 1 and len(files) <= 1 + MAX_COPIES and all(map(_NOBODY.fullmatch, names))
    return copies or len(people(files)) == 1 or one_an_exercise(stems, ids)


def people(files: Sequence[File]) -> list[tuple[File, ...]]:
    """The files of a folder that holds a file a participant: each, together with its numbered copies. A name that is
    nobody's, or that is numbered on and on, tells no copies."""
    stems = {file: _stem(file.name).casefold() for file in files}
    groups: dict[str, list[File]] = {}
    there = set(stems.values())
    for file, stem in stems.items():
        original = base(stem)
        known = original in there and not _NOBODY.fullmatch(original)
        group = groups.setdefault(original if known else stem, [])
        group.insert(0 if stem == original else len(group), file)
    made: list[tuple[File, ...]] = []
    for group in groups.values():
        made += [tuple(group)] if len(group) <= 1 + MAX_COPIES else [(file,) for file in group]
    return made


def nobodys(stems: Iterable[str]) -> bool:
    """Whether most of different names are such as everybody gives."""
    names = {base(stem).casefold() for stem in stems}
    return len(names) > 1 and 2 * sum(_NOBODY.fullmatch(name) is not None for name in names) > len(names)


def _own_stem(file: File) -> str:
    return _stem(platforms.own_name(file.name)[0])


def _stem(name: str) -> str:
    name = composed(name)
    return name.rpartition(".")[0] or name
