"""What the names of files say about which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from grader.submissions import platforms
from grader.submissions.platforms.owner import compose
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
    """The name of the original of a copy: "anna" for "anna-1", "anna (1)" or "Kopia notatnika anna"."""
    for pattern in _COPY:
        match = pattern.fullmatch(stem)
        if match:
            return base(match["base"])
    return stem


def exercise(stem: str, ids: Iterable[str], strict: bool = False) -> str | None:
    """The exercise whose id is in a file's name; if `strict`, at its beginning or after a word for exercise."""
    found = [id for id in ids if _exercise_pattern(id, strict).search(stem)]
    return max(found, key=len, default=None)


@lru_cache
def _exercise_pattern(id: str, strict: bool) -> re.Pattern[str]:
    before = rf"^{_KIND}" if strict else rf"(?:^|[\W_]){_KIND}"
    return re.compile(rf"{before}{re.escape(id)}(?![^\W_])", re.IGNORECASE)


def are_one_per_exercise(stems: Sequence[str], ids: Sequence[str], strict: bool = False) -> bool:
    """Whether the names are those of one participant's notebooks, one for each exercise."""
    found = [exercise(stem, ids, strict) for stem in dict.fromkeys(map(base, stems))]
    known = [id for id in found if id is not None]
    if len(found) < 2 or len(set(known)) < len(known):
        return False
    return len(known) == len(found) or (2 * len(known) >= len(found) and any(not id.isdigit() for id in known))


def attempts(files: Sequence[File], ids: Sequence[str]) -> tuple[tuple[File, ...], ...]:
    """The ways to take the files of one participant. Copies of one notebook are attempts, each by itself; notebooks for
    one exercise each are run together; any others may be either, so both ways are tried. A notebook that is there again
    in another folder, or in another attempt on the platform, is never run together with the first."""
    if len(files) == 1:
        return (tuple(files),)
    made = [attempt for round in _rounds(files) for attempt in _attempts_of_round(round, ids)]
    return tuple(dict.fromkeys(made))


def _rounds(files: Sequence[File]) -> list[list[File]]:
    """The first file of each name, then the second of each ... Those in outer folders come first."""
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
    if are_one_per_exercise(stems, ids) or len(ordered) > MAX_ALONE:
        return (ordered,)
    return (ordered, *singles)


def _order(stem: str, ids: Sequence[str]) -> tuple[int, list[tuple[int, int | str]], bool, str]:
    """The course's order, then the natural order, in which 2 comes before 10."""
    id = exercise(base(stem), ids)
    pieces = [piece for piece in re.split(r"(\d+)", base(stem).casefold()) if piece]
    natural: list[tuple[int, int | str]] = [(0, int(piece)) if piece.isdecimal() else (1, piece) for piece in pieces]
    return (list(ids).index(id) if id is not None else len(ids), natural, stem != base(stem), stem)


def is_one_persons(files: Sequence[File], ids: Sequence[str]) -> bool:
    """Whether the files of a folder are one participant's: a notebook and its copies, or one for each exercise."""
    stems = [_stem(file.name) for file in files]
    names = {base(stem).casefold() for stem in stems}
    places = {(base(_stem(file.name)).casefold(), file.folder) for file in files}
    if len(files) == 1 or len(places) > len(names):  # the same name in two folders belongs to two people
        return len(files) == 1
    copies = len(names) == 1 and len(files) <= 1 + MAX_COPIES and all(map(_NOBODY.fullmatch, names))
    return copies or len(group_copies(files)) == 1 or are_one_per_exercise(stems, ids)


def group_copies(files: Sequence[File]) -> list[tuple[File, ...]]:
    """The files of a folder that holds one file for each participant, each with its numbered copies. Files with a name
    that many people use, or with many numbers, are not copies of each other."""
    stems = {file: _stem(file.name).casefold() for file in files}
    groups: dict[str, list[File]] = {}
    names = set(stems.values())
    for file, stem in stems.items():
        original = base(stem)
        known = original in names and not _NOBODY.fullmatch(original)
        group = groups.setdefault(original if known else stem, [])
        group.insert(0 if stem == original else len(group), file)
    made: list[tuple[File, ...]] = []
    for group in groups.values():
        made += [tuple(group)] if len(group) <= 1 + MAX_COPIES else [(file,) for file in group]
    return made


def are_common(stems: Iterable[str]) -> bool:
    """Whether most of several names are such as many people use."""
    names = {base(stem).casefold() for stem in stems}
    return len(names) > 1 and 2 * sum(_NOBODY.fullmatch(name) is not None for name in names) > len(names)


def _own_stem(file: File) -> str:
    return _stem(platforms.own_name(file.name)[0])


def _stem(name: str) -> str:
    name = compose(name)
    return name.rpartition(".")[0] or name
