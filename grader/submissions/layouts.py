"""What the names of files and folders say about who handed in what.

Moodle names a folder or a file in its download "Full Name_1234567_assignsubmission_file", the number being that of its
grading worksheet (mod/assign/classes/downloader.php). Canvas names a file "lastfirst_LATE_12345_678910_name.ipynb":
the user's name without blanks, whether it came late, the user's number (or anon_ and letters), the file's number, and
the file's own name, with -1 and so on before its ending when it was handed in again (lib/content_zipper.rb).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.people import Id, Namespace
from grader.submissions.submission import File

MAX_COPIES = 4
MAX_ALONE = 6
_MOODLE = re.compile(r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<rest>.*))?", re.DOTALL)
_CANVAS = re.compile(
    r"(?:(?P<name>[^\W_]\w*?)_)??(?P<late>LATE_)?(?:(?P<id>[1-9]\d*)|(?P<anonymous>anon_[A-Za-z0-9]+))"
    r"_(?P<file>[1-9]\d*)_(?P<rest>.+)",
    re.DOTALL,
)
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


@dataclass(frozen=True, slots=True)
class Owner:
    """A participant, as far as the name of a file or a folder says.

    Attributes:
        name: The participant's name.
        id: The number on the learning platform that gave the name.
        late: Whether the platform says that it was handed in late.
    """

    name: str
    id: Id | None = None
    late: bool = False


def moodle(name: str) -> Owner | None:
    """The owner of a folder or a file of this name, if Moodle has given it the name."""
    match = _MOODLE.fullmatch(_compose(name))
    if match is None:
        return None
    return Owner(match["name"], Id(Namespace.MOODLE, match["id"]) if match["id"] else None)


def canvas(names: Sequence[str]) -> Mapping[str, Owner]:
    """The owner of each file of a folder, if Canvas has named the files. Names of other kinds can have numbers too, so
    most of the files must look like Canvas's, no file's number may come twice, and each user's number has one name."""
    found = {name: match for name in names if (match := _CANVAS.fullmatch(_compose(name)))}
    users = {name: _canvas_user(match) for name, match in found.items()}
    numbers = [match["file"] for match in found.values()]
    pairs = {(who.name, who.id) for who in users.values()}
    sound = (
        2 * len(found) > len(names)
        and len(set(numbers)) == len(numbers)
        and len({id for _, id in pairs}) == len(pairs)
        and all(name == name.lower() for name, _ in pairs if not name.startswith("anon_"))
    )
    return users if sound else {}


def _canvas_user(match: re.Match[str]) -> Owner:
    name = match["name"] or match["anonymous"] or match["id"]
    return Owner(name, Id(Namespace.CANVAS, match["id"] or match["anonymous"]), bool(match["late"]))


def own_name(name: str) -> str:
    """The name that the participant gave to a file, without what Moodle or Canvas adds to it."""
    match = _MOODLE.fullmatch(_compose(name)) or _CANVAS.fullmatch(_compose(name))
    return match["rest"] if match and match["rest"] else name


def _compose(name: str) -> str:
    """The name with each accented letter as one character; macOS may write it as two."""
    return unicodedata.normalize("NFC", name)


# ---- files of one participant


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
    one exercise each are run together; any others may be either, so both ways are tried."""
    ordered = tuple(sorted(files, key=lambda file: _order(_stem(own_name(file.name)), ids)))
    stems = [_stem(own_name(file.name)) for file in ordered]
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
    for file, stem in stems.items():
        original = base(stem)
        known = original in stems.values() and not _NOBODY.fullmatch(original)
        group = groups.setdefault(original if known else stem, [])
        group.insert(0 if stem == original else len(group), file)
    made: list[tuple[File, ...]] = []
    for group in groups.values():
        made += [tuple(group)] if len(group) <= 1 + MAX_COPIES else [(file,) for file in group]
    return made


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name
