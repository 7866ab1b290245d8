"""Who handed in what: paths on the command line to entries, whatever the layout of folders and archives."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

from grader.errors import UsageError
from grader.i18n import Text, msg, msgs
from grader.model import Id, Person, Unmatched
from grader.output import printable
from grader.submissions import layouts, platforms, roster
from grader.submissions.matching import match
from grader.submissions.notebook import encodable
from grader.submissions.participants import Finder
from grader.submissions.submission import File, Submission
from grader.submissions.tree import ROSTER, Node, Walk

SHOWN_NAMES = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be graded, in order; what was passed over, by name; who is on the list and handed in nothing, the
    names of those who did and are not on it, and what was handed in by somebody on it, but not certainly by whom.
    Without a list `missing` is None. `roots`: the folders that hold it all."""

    submissions: tuple[Submission, ...]
    passed_over: tuple[str, ...] = ()
    missing: tuple[Person, ...] | None = None
    strangers: tuple[str, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    roots: tuple[Path, ...] = ()


def find(
    paths: Sequence[Path],
    exercises: Sequence[str] = (),
    list_file: Path | None = None,
    out: Path | None = None,
    may_be_empty: bool = False,
    course_names: Sequence[str] = (),
) -> Found:
    """The entries in files, folders and archives. `exercises`: ids that files may be named for; `list_file`: the list
    of participants, else a roster.csv in each folder; `out` is never looked into; `course_names`: what a folder of the
    course's notebooks may be called. Raise UsageError where there is nothing, unless it `may_be_empty`."""
    walk = Walk([] if out is None else [out])
    people = [] if list_file is None else [*roster.read(_contents(list_file), str(list_file))]
    opened = [_opened(path, walk, is_only=len(paths) == 1) for path in paths]
    for node in opened:
        if isinstance(node, Node) and (not node.is_archive or len(paths) == 1):  # else it may be a participant's
            own_list = _own_list(node)
            people += own_list if list_file is None else []
    finder = Finder(exercises, people, course_names)
    placed: list[tuple[int, Submission]] = []
    loose: dict[Path, dict[File, int]] = {}
    for place, (path, node) in enumerate(zip(paths, opened, strict=True)):
        if isinstance(node, File):
            loose.setdefault(path.parent, {}).setdefault(node, place)
            continue
        inside = finder.tree(node)
        if not inside and len(paths) > 1:
            inside = [Submission(node.name, node.shown)]
        elif not inside and not may_be_empty:
            raise UsageError(f"{path}: there is no .ipynb file in this {'archive' if node.is_archive else 'folder'}")
        placed += [(place, submission) for submission in inside]
    for folder, files in loose.items():
        placed += [(files[submission.files[0]], submission) for submission in finder.loose(folder, list(files))]
    submissions = [submission for _, submission in sorted(placed, key=lambda item: item[0])]
    passed_over = tuple(dict.fromkeys((*walk.passed_over, *finder.passed_over)))
    found = _on_list(_told_apart(_once(submissions), exercises), people, exercises, paths)
    roots = tuple(dict.fromkeys(path if path.is_dir() else path.parent for path in paths))
    return replace(found, passed_over=passed_over, roots=roots)


def inputs(paths: Sequence[Path], out: Path | None = None) -> Iterator[Path]:
    """The files that `find` would take for somebody's, the folders that were named, and the lists in these."""
    walk = Walk([] if out is None else [out], opens_archives=False)
    for path in paths:
        yield path
        if not path.is_dir():
            continue
        node = walk.folder(path)
        yield from (file.path for file in node.others if file.name.lower() == ROSTER)
        yield from _handed_in(node)


def _handed_in(node: Node) -> Iterator[Path]:
    yield from (file.path for file in node.notebooks)
    users = platforms.users({file.name: file for file in (*node.notebooks, *node.others)})
    yield from (file.path for file in node.others if file.name.lower().endswith(".zip") or file.name in users)
    owned = platforms.folder_users({folder.name: None for folder in node.folders})
    for folder in node.folders:
        yield from (file.path for file in folder.everything()) if folder.name in owned else _handed_in(folder)


def remarks(found: Found) -> list[Text]:
    """What whoever runs the grader should know of what was found."""
    passed_over, missing = found.passed_over, [person.name for person in found.missing or ()]
    texts: list[Text] = []
    if passed_over:
        names = shortened(passed_over)
        count = len(passed_over)
        texts.append(msgs("{n} file passed over: {names}.", "{n} files passed over: {names}.", count, names=names))
    if missing:
        texts.append(msg("On the list, and nothing handed in: {names}.", names=shortened(missing)))
    if found.strangers:
        texts.append(msg("Handed in, and not on the list: {names}.", names=shortened(found.strangers)))
    if found.unmatched:
        names = shortened([one.participant for one in found.unmatched])
        text = msg("It is not certain whose these are, so nobody on the list has their scores: {names}.", names=names)
        texts.append(text)
        texts += [one.reason for one in found.unmatched[:SHOWN_NAMES]]
    return texts


def shortened(names: Sequence[str]) -> str:
    """The first few."""
    shown = [printable(name) for name in names[:SHOWN_NAMES]]
    return ", ".join(shown) + (", …" if len(names) > SHOWN_NAMES else "")


def _opened(path: Path, walk: Walk, is_only: bool) -> Node | File:
    """A folder or an archive as a tree, or a file by itself. `is_only`: nothing else was named, so that one that can't
    be read is a mistake of whoever named it."""
    if path.is_dir() and path.suffix.lower() != ".ipynb":
        return walk.folder(path)
    if not os.path.lexists(path):
        raise UsageError(f"{path}: there is no such file or folder. Is the path right?")
    if path.suffix.lower() != ".zip" or not path.is_file():
        return File(path, encodable(str(path)))
    outside = Node("", "")
    walk.take_archive(outside, File(path, encodable(str(path))))
    for broken in outside.notebooks:
        if is_only and broken.fault:
            raise UsageError(f"{path}: {broken.fault.text}")
        return broken
    return outside.folders[0]


def _own_list(node: Node) -> tuple[Person, ...]:
    found = next((file for file in node.others if file.name.lower() == ROSTER), None)
    if found is None:
        return ()
    node.others.remove(found)
    data = found.load()
    if not isinstance(data, bytes):
        raise UsageError(f"{found.shown} can't be read. Mend it, or take it away.")
    return roster.read(data, found.shown)


def _contents(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}. Is the path right?") from error


# ---- one row a participant


def _once(submissions: Sequence[Submission]) -> list[Submission]:
    """A file that was named twice counts once."""
    seen: set[File] = set()
    kept = []
    for submission in submissions:
        if not submission.attempts or any(file not in seen for file in submission.files):
            kept.append(submission)
        seen.update(submission.files)
    return kept


def _told_apart(
    submissions: Sequence[Submission], exercises: Sequence[str]
) -> list[tuple[Submission, tuple[str, ...]]]:
    """Entries with the names that tell whose each is. Those who are called the same and have a number are the same;
    others are told apart by their folders, or else by their paths."""
    called: dict[tuple[str, tuple[Id, ...]], list[Submission]] = {}
    for submission in submissions:
        called.setdefault((submission.participant, submission.ids), []).append(submission)
    made: list[tuple[Submission, tuple[str, ...]]] = []
    for (name, ids), same in called.items():
        folders = [Path(submission.path).parent.name for submission in same]
        if len(same) == 1 or ids:
            made.append((_together(same, exercises), (name,)))
            continue
        are_apart = len(set(folders)) == len(folders) and all(folders)
        names = folders if are_apart else [submission.path for submission in same]
        told = [(name, folder) if are_apart else (name,) for folder in folders]
        made += [
            (replace(submission, participant=own), tell)
            for submission, own, tell in zip(same, names, told, strict=True)
        ]
    return made


def _together(submissions: Sequence[Submission], exercises: Sequence[str]) -> Submission:
    """All that one person handed in."""
    if len(submissions) == 1:
        return submissions[0]
    files = list(dict.fromkeys(file for submission in submissions for file in submission.files))
    whole = [file for file in files if not file.fault]
    notes = tuple(dict.fromkeys(note for submission in submissions for note in submission.notes))
    ids = tuple(dict.fromkeys(id for submission in submissions for id in submission.ids))
    return replace(submissions[0], attempts=layouts.attempts(whole or files, exercises), ids=ids, notes=notes)


def _on_list(
    told_apart: Sequence[tuple[Submission, tuple[str, ...]]],
    people: Sequence[Person],
    exercises: Sequence[str],
    classes: Sequence[Path],
) -> Found:
    """With names, numbers and addresses from the list. A learning platform's number stays, for its import to know it;
    but one that the list contradicts is nobody's."""
    submissions = [submission for submission, _ in told_apart]
    if not people:
        return Found(_with_keys(submissions))
    matching = match(submissions, [names for _, names in told_apart], people, classes)
    rows: dict[Person | int, list[Submission]] = {}
    for place, submission in enumerate(submissions):
        is_doubtful = place in matching.unmatched and matching.unmatched[place].is_contradicted
        rows.setdefault(matching.owners.get(place, place), []).append(
            replace(submission, ids=()) if is_doubtful else submission
        )
    made = [_row(owner, _together(own, exercises)) for owner, own in rows.items()]
    rest = [person for person in people if person not in rows]
    doubtful = {person for one in matching.unmatched.values() for person in one.people}
    return Found(
        _with_keys(made),
        missing=tuple(person for person in rest if person not in doubtful),
        strangers=tuple(submissions[place].participant for place in matching.strangers),
        unmatched=tuple(
            replace(one, people=tuple(person for person in one.people if person in rest))
            for one in matching.unmatched.values()
        ),
    )


def _row(owner: Person | int, submission: Submission) -> Submission:
    if isinstance(owner, int):
        return submission
    given = {id.namespace for id in submission.ids}
    ids = (*submission.ids, *(id for id in owner.ids if id.namespace not in given))
    return replace(submission, participant=owner.name, ids=ids, email=owner.email)


def _with_keys(submissions: Sequence[Submission]) -> tuple[Submission, ...]:
    """With names by which nobody is taken for another: namesakes without a number have their address or path in
    theirs."""
    times = Counter(submission.key for submission in submissions)
    taken = {key for key, times_there in times.items() if times_there == 1}
    made = [submission if times[submission.key] == 1 else _renamed(submission, taken) for submission in submissions]
    return tuple(made)


def _renamed(submission: Submission, taken: set[tuple[str, str]]) -> Submission:
    """With what tells it apart from what is `taken`, which it then is itself."""
    besides = chain(filter(None, (submission.email, submission.path)), count(2))
    ways = (replace(submission, participant=f"{submission.participant} ({beside})") for beside in besides)
    found = next(one for one in ways if one.key not in taken)
    taken.add(found.key)
    return found
