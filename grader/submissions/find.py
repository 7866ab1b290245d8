"""Who handed in what: paths on the command line to entries, whatever the layout of folders and archives."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import UsageError
from grader.i18n import Text, msg, msgs
from grader.model import Person
from grader.output import printable
from grader.submissions import archive, layouts, roster
from grader.submissions.notebook import encodable
from grader.submissions.participants import Finder
from grader.submissions.roster import Register
from grader.submissions.submission import File, Submission
from grader.submissions.tree import ROSTER, Node, Walk

SHOWN_NAMES = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be graded, in order; what was passed over, by name; who is on the list and handed in nothing, and the
    names of those who did and are not on it. Without a list `missing` is None. `roots`: the folders that hold it all.
    """

    submissions: tuple[Submission, ...]
    passed_over: tuple[str, ...] = ()
    missing: tuple[Person, ...] | None = None
    strangers: tuple[str, ...] = ()
    roots: tuple[Path, ...] = ()


def find(
    paths: Sequence[Path],
    exercises: Sequence[str] = (),
    list_file: Path | None = None,
    out: Path | None = None,
    may_be_empty: bool = False,
) -> Found:
    """The entries in files, folders and archives. `exercises`: ids that files may be named for; `list_file`: the list
    of participants, else a roster.csv in each folder; `out` is never looked into. Raise UsageError where there is
    nothing, unless it `may_be_empty`."""
    walk = Walk([] if out is None else [out])
    finder = Finder(exercises)
    people = [] if list_file is None else [*roster.read(_contents(list_file), str(list_file))]
    placed: list[tuple[int, Submission]] = []
    loose: dict[Path, dict[File, int]] = {}
    for place, path in enumerate(paths):
        node = _opened(path, walk)
        if node is None:
            loose.setdefault(path.parent, {}).setdefault(File(path, encodable(str(path))), place)
            continue
        own_list = _own_list(node)
        people += own_list if list_file is None else []
        inside = finder.tree(node)
        if not inside and not may_be_empty:
            raise UsageError(f"{path}: there is no .ipynb file in this {'archive' if node.is_archive else 'folder'}")
        placed += [(place, submission) for submission in inside]
    for folder, files in loose.items():
        placed += [(files[submission.files[0]], submission) for submission in finder.loose(folder, list(files))]
    submissions = [submission for _, submission in sorted(placed, key=lambda item: item[0])]
    passed_over = tuple(dict.fromkeys((*walk.passed_over, *finder.passed_over)))
    found = _on_list(_unique(_once(submissions), exercises), people, exercises)
    roots = tuple(dict.fromkeys(path if path.is_dir() else path.parent for path in paths))
    return replace(found, passed_over=passed_over, roots=roots)


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
    return texts


def shortened(names: Sequence[str]) -> str:
    """The first few."""
    shown = [printable(name) for name in names[:SHOWN_NAMES]]
    return ", ".join(shown) + (", …" if len(names) > SHOWN_NAMES else "")


def _opened(path: Path, walk: Walk) -> Node | None:
    """A folder or an archive as a tree; None for a file by itself."""
    if path.is_dir() and path.suffix.lower() != ".ipynb":
        return walk.folder(path)
    if not os.path.lexists(path):
        raise UsageError(f"{path}: there is no such file or folder. Is the path right?")
    if path.suffix.lower() != ".zip" or not path.is_file():
        return None
    try:
        archive.members(path)
    except archive.Unreadable as error:
        raise UsageError(f"{path}: {error}") from error
    outside = Node("", "")
    walk.take_archive(outside, File(path, encodable(str(path))))
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


def _unique(submissions: Sequence[Submission], exercises: Sequence[str]) -> list[Submission]:
    """Those who are called the same and have a number are the same; others are told apart by their folders, or else by
    their paths."""
    called: dict[tuple[str, str], list[Submission]] = {}
    for submission in submissions:
        called.setdefault((submission.participant, submission.id), []).append(submission)
    made: list[Submission] = []
    for (_, id), same in called.items():
        folders = [Path(submission.path).parent.name for submission in same]
        if len(same) == 1 or id:
            made.append(_together(same, exercises))
            continue
        told_apart = len(set(folders)) == len(folders) and all(folders)
        names = folders if told_apart else [submission.path for submission in same]
        made += [replace(submission, participant=name) for submission, name in zip(same, names, strict=True)]
    return made


def _together(submissions: Sequence[Submission], exercises: Sequence[str]) -> Submission:
    """All that one person handed in."""
    if len(submissions) == 1:
        return submissions[0]
    files = [file for submission in submissions for file in submission.files]
    return replace(submissions[0], attempts=layouts.attempts(files, exercises))


def _on_list(submissions: Sequence[Submission], people: Sequence[Person], exercises: Sequence[str]) -> Found:
    """With names and addresses from the list. The learning platform's number stays, for its import to know it."""
    if not people:
        return Found(tuple(submissions))
    register = Register(people)
    owners: dict[Person | str, list[Submission]] = {}
    strangers: list[str] = []
    for submission in submissions:
        names = [submission.participant, *(Path(layouts.own_name(file.name)).stem for file in submission.files)]
        person = register.find(names, submission.id)
        if person is None:
            strangers.append(submission.participant)
        owners.setdefault(person or f"{submission.participant}\0{submission.id}", []).append(submission)
    made = []
    for owner, own in owners.items():
        submission = _together(own, exercises)
        if isinstance(owner, Person):
            id = submission.id or owner.id or owner.login
            submission = replace(submission, participant=owner.name, id=id, email=owner.email)
        made.append(submission)
    missing = tuple(person for person in people if person not in owners)
    return Found(tuple(made), missing=missing, strangers=tuple(strangers))
