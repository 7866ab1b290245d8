"""Find submissions: from paths on the command line to what each participant handed in."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

from grader.errors import UsageError, reason_of
from grader.i18n import Text, msg, msgs
from grader.output import printable
from grader.people import Id, Person, Sheet, Unmatched
from grader.submissions import layouts, platforms, roster
from grader.submissions.files import encodable
from grader.submissions.matching import match
from grader.submissions.participants import SubmissionBuilder
from grader.submissions.platforms import nbgrader
from grader.submissions.submission import File, Submission, file_at
from grader.submissions.tree import ROSTER, Node, TreeReader

SHOWN_NAMES = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What the paths hold.

    Attributes:
        submissions: What is to be graded, in order.
        passed_over: What reports call the files and folders that were ignored.
        missing: Those on the list of participants who handed in nothing; None if there is no list.
        strangers: The names of those who are not on the list.
        unmatched: Submissions from people on the list of which it is not certain whose they are.
        roots: The folders that hold all of it.
        sheets: The lists of participants, cell by cell.
    """

    submissions: tuple[Submission, ...]
    passed_over: tuple[str, ...] = ()
    missing: tuple[Person, ...] | None = None
    strangers: tuple[str, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    roots: tuple[Path, ...] = ()
    sheets: tuple[Sheet, ...] = ()


def find(
    paths: Sequence[Path],
    exercises: Sequence[str] = (),
    list_file: Path | None = None,
    out: Path | None = None,
    may_be_empty: bool = False,
    course_names: Sequence[str] = (),
    other_names: Collection[str] = (),
) -> Found:
    """The submissions in files, folders and archives. Raise UsageError if there are none.

    Args:
        paths: The files, folders and archives.
        exercises: The ids of the exercises, which may be in the names of files.
        list_file: The list of participants; without it, a roster.csv in one of the folders is read.
        out: The folder of results, which is ignored.
        may_be_empty: Whether it is no error if there are none.
        course_names: What people may call a folder of the course's notebooks.
        other_names: The names of folders and notebooks of other assignments, in lower case, which are ignored.
    """
    reader = TreeReader([] if out is None else [out])
    sheets = [] if list_file is None else [roster.read(_read(list_file), str(list_file))]
    opened = [_open(path, reader, is_only=len(paths) == 1) for path in paths]
    for node in opened:
        if isinstance(node, Node) and (not node.is_archive or len(paths) == 1):  # several may be a participant's each
            own_list = _own_list(node)
            sheets += own_list if list_file is None else []
    if other_names:
        opened = [nbgrader.without_assignments(one, other_names) if isinstance(one, Node) else one for one in opened]
    people = [person for sheet in sheets for person in sheet.people]
    builder = SubmissionBuilder(exercises, people, course_names)
    placed: list[tuple[int, Submission]] = []
    loose: dict[Path, dict[File, int]] = {}
    for place, (path, node) in enumerate(zip(paths, opened, strict=True)):
        if isinstance(node, File):
            loose.setdefault(path.parent, {}).setdefault(node, place)
            continue
        inside = builder.from_tree(node)
        if not inside and len(paths) > 1:
            inside = [Submission(node.name, node.shown)]
        elif not inside and not may_be_empty:
            raise UsageError(_empty(path, node))
        placed += [(place, submission) for submission in inside]
    for folder, files in loose.items():
        placed += [(files[submission.files[0]], submission) for submission in builder.from_files(folder, list(files))]
    submissions = [submission for _, submission in sorted(placed, key=lambda item: item[0])]
    passed_over = tuple(dict.fromkeys((*reader.passed_over, *builder.passed_over)))
    found = _apply_list(_distinguish(_without_duplicates(submissions), exercises), people, exercises, paths)
    roots = tuple(dict.fromkeys(path if path.is_dir() else path.parent for path in paths))
    return replace(found, passed_over=passed_over, roots=roots, sheets=tuple(sheets))


def _empty(path: Path, node: Node) -> Text:
    shown = encodable(str(path))
    if node.is_archive:
        return msg("{path}: there is no .ipynb file in this archive", path=shown)
    return msg("{path}: there is no .ipynb file in this folder", path=shown)


def inputs(paths: Sequence[Path], out: Path | None = None) -> Iterator[Path]:
    """The paths on which the result of `find` depends: the named ones, the files in them, the lists of participants."""
    reader = TreeReader([] if out is None else [out], opens_archives=False)
    for path in paths:
        yield path
        if not path.is_dir():
            continue
        node = reader.read_folder(path)
        yield from (file.path for file in node.others if file.name.lower() == ROSTER)
        yield from _candidates(node)


def _candidates(node: Node) -> Iterator[Path]:
    yield from (file.path for file in node.notebooks)
    users = platforms.users({file.name: file for file in (*node.notebooks, *node.others)})
    yield from (file.path for file in node.others if file.name.lower().endswith(".zip") or file.name in users)
    owned = platforms.folder_users({folder.name: None for folder in node.folders})
    for folder in node.folders:
        yield from (file.path for file in folder.all_files()) if folder.name in owned else _candidates(folder)


def remarks(found: Found) -> list[Text]:
    """What the person who runs the grader should know about what was found."""
    passed_over, missing = found.passed_over, [person.name for person in found.missing or ()]
    texts: list[Text] = []
    if passed_over:
        names = shorten(passed_over)
        count = len(passed_over)
        texts.append(msgs("{n} file passed over: {names}.", "{n} files passed over: {names}.", count, names=names))
    if missing:
        texts.append(msg("On the list, and nothing handed in: {names}.", names=shorten(missing)))
    if found.strangers:
        texts.append(msg("Handed in, and not on the list: {names}.", names=shorten(found.strangers)))
    if found.unmatched:
        names = shorten([one.participant for one in found.unmatched])
        text = msg("It is not certain whose these are, so nobody on the list has their scores: {names}.", names=names)
        texts.append(text)
        texts += [one.reason for one in found.unmatched[:SHOWN_NAMES]]
    return texts


def shorten(names: Sequence[str]) -> str:
    """The first few names as one text, without control characters."""
    shown = [printable(name) for name in names[:SHOWN_NAMES]]
    return ", ".join(shown) + (", …" if len(names) > SHOWN_NAMES else "")


def _open(path: Path, reader: TreeReader, is_only: bool) -> Node | File:
    """A folder or an archive as a tree, or a single file. `is_only`: nothing else was named, so an archive that can't
    be read raises UsageError."""
    try:
        os.lstat(path)  # Path.is_dir of Python 3.14 does not say that it may not look
    except (FileNotFoundError, NotADirectoryError, ValueError):
        shown = encodable(str(path))
        raise UsageError(msg("{path}: there is no such file or folder. Is the path right?", path=shown)) from None
    if path.is_dir() and path.suffix.lower() != ".ipynb":
        return reader.read_folder(path)
    if path.suffix.lower() != ".zip" or not path.is_file():
        return file_at(path)
    outside = Node("", "")
    reader.add_archive(outside, file_at(path))
    for broken in outside.notebooks:
        if is_only and broken.fault:
            raise UsageError(msg("{path}: {fault}", path=encodable(str(path)), fault=broken.fault))
        return broken
    return outside.folders[0]


def _own_list(node: Node) -> tuple[Sheet, ...]:
    found = next((file for file in node.others if file.name.lower() == ROSTER), None)
    if found is None:
        return ()
    node.others.remove(found)
    data = found.load()
    if not isinstance(data, bytes):
        raise UsageError(msg("{path} can't be read. Fix it, or remove it.", path=found.shown))
    return (roster.read(data, found.shown),)


def _read(path: Path) -> bytes:
    """The list of participants as CSV; nbgrader's gradebook holds one."""
    from grader.submissions import gradebook_db  # here, for few have one, and it loads all of SQLite

    try:
        data = path.read_bytes()
        return gradebook_db.students_as_csv(path) if data.startswith(gradebook_db.MAGIC) else data
    except OSError as error:
        shown = encodable(str(path))
        text = msg("{path} can't be read: {reason}. Is the path right?", path=shown, reason=reason_of(error))
        raise UsageError(text) from error


# ---- one row a participant


def _without_duplicates(submissions: Sequence[Submission]) -> list[Submission]:
    """Without the submissions of which every file is in an earlier one, as of a path that was named twice."""
    seen: set[File] = set()
    kept = []
    for submission in submissions:
        if not submission.attempts or any(file not in seen for file in submission.files):
            kept.append(submission)
        seen.update(submission.files)
    return kept


def _distinguish(
    submissions: Sequence[Submission], exercises: Sequence[str]
) -> list[tuple[Submission, tuple[str, ...]]]:
    """One submission for each participant, each with the names to look for on the list of participants.

    Those with the same name and number are the same person. Those with the same name and no number get their folders'
    names, or their paths if the folders have the same name too.
    """
    by_person: dict[tuple[str, tuple[Id, ...]], list[Submission]] = {}
    for submission in submissions:
        by_person.setdefault((submission.participant, submission.ids), []).append(submission)
    made: list[tuple[Submission, tuple[str, ...]]] = []
    for (name, ids), same in by_person.items():
        folders = [Path(submission.path).parent.name for submission in same]
        if len(same) == 1 or ids:
            made.append((_combine(same, exercises), (name,)))
            continue
        are_apart = len(set(folders)) == len(folders) and all(folders)
        names = folders if are_apart else [submission.path for submission in same]
        wanted = [(name, folder) if are_apart else (name,) for folder in folders]
        made += [
            (replace(submission, participant=own), known_as)
            for submission, own, known_as in zip(same, names, wanted, strict=True)
        ]
    return made


def _combine(submissions: Sequence[Submission], exercises: Sequence[str]) -> Submission:
    """All that one person handed in, as one submission."""
    if len(submissions) == 1:
        return submissions[0]
    files = list(dict.fromkeys(file for submission in submissions for file in submission.files))
    whole = [file for file in files if not file.fault]
    notes = tuple(dict.fromkeys(note for submission in submissions for note in submission.notes))
    ids = tuple(dict.fromkeys(id for submission in submissions for id in submission.ids))
    return replace(submissions[0], attempts=layouts.attempts(whole or files, exercises), ids=ids, notes=notes)


def _apply_list(
    distinguished: Sequence[tuple[Submission, tuple[str, ...]]],
    people: Sequence[Person],
    exercises: Sequence[str],
    classes: Sequence[Path],
) -> Found:
    """Give submissions the names, numbers and addresses of their rows on the list. A learning platform's number stays,
    because its import needs it, unless the list contradicts it."""
    submissions = [submission for submission, _ in distinguished]
    if not people:
        return Found(_with_unique_keys(submissions))
    matching = match(submissions, [names for _, names in distinguished], people, classes)
    rows: dict[Person | int, list[Submission]] = {}
    for place, submission in enumerate(submissions):
        is_doubtful = place in matching.unmatched and matching.unmatched[place].is_contradicted
        rows.setdefault(matching.owners.get(place, place), []).append(
            replace(submission, ids=()) if is_doubtful else submission
        )
    made = [_row(owner, _combine(own, exercises)) for owner, own in rows.items()]
    rest = [person for person in people if person not in rows]
    doubtful = {person for one in matching.unmatched.values() for person in one.people}
    return Found(
        _with_unique_keys(made),
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


def _with_unique_keys(submissions: Sequence[Submission]) -> tuple[Submission, ...]:
    """The submissions with keys that differ: namesakes without a number get their address or path in their names."""
    times = Counter(submission.key for submission in submissions)
    taken = {key for key, times_there in times.items() if times_there == 1}
    made = [submission if times[submission.key] == 1 else _rename(submission, taken) for submission in submissions]
    return tuple(made)


def _rename(submission: Submission, taken: set[tuple[str, str]]) -> Submission:
    """The submission under a name whose key is not `taken` yet; the new key is added to these."""
    besides = chain(filter(None, (submission.email, submission.path)), count(2))
    ways = (replace(submission, participant=f"{submission.participant} ({beside})") for beside in besides)
    found = next(one for one in ways if one.key not in taken)
    taken.add(found.key)
    return found
