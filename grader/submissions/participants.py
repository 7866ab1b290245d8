"""Participants in a tree of folders, archives and notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from grader.i18n import Text, msg
from grader.model import Person
from grader.submissions import folders, layouts, platforms
from grader.submissions.matching import Register
from grader.submissions.notebook import encodable
from grader.submissions.platforms import github_classroom, nbgrader, teams
from grader.submissions.platforms.who import Who, composed
from grader.submissions.submission import File, Submission
from grader.submissions.tree import Node

MAX_NOTEBOOKS = 100


class Finder:
    """Makes entries. `ids`: the exercises that a file may be named for; `people`: those on the list; `course_names`:
    what a folder of the course's notebooks may be called. `passed_over` collects files that are nobody's notebook."""

    def __init__(self, ids: Sequence[str], people: Sequence[Person] = (), course_names: Sequence[str] = ()) -> None:
        self._ids, self._register = ids, Register(people)
        self._course_names = {_folded(name) for name in course_names}
        self.passed_over: list[str] = []

    def tree(self, node: Node) -> list[Submission]:
        """The entries of a folder or an archive, by path."""
        return sorted(self._root(node), key=lambda submission: submission.path)

    def loose(self, folder: Path, files: Sequence[File]) -> list[Submission]:
        """Files that were named one by one, all of them in `folder`. A single one is called as it is."""
        if len(files) == 1:
            return [self._entry(Who(_stem(files[0])), files, files[0].shown)]
        return list(self._root(Node(composed(encodable(folder.resolve().name)), encodable(str(folder)), list(files))))

    def _root(self, node: Node) -> Iterator[Submission]:
        submitted = nbgrader.submitted(node)
        if submitted is not None:
            kept = {*submitted.everything()}
            self._pass_over([file for file in node.everything() if file not in kept])
            yield from self._level(submitted, are_people=True)
        elif layouts.one_an_exercise([_stem(file) for file in node.notebooks], self._ids, strict=True):
            yield self._entry(Who(node.name), node.notebooks, node.shown)
            self._pass_over(node.others)
            yield from self._folders(node.folders, node.name)
        elif not node.notebooks and teams.are_versions(node.folders):
            yield from self._persons(Who(node.name), node)
        else:
            yield from self._level(node)

    def _level(self, node: Node, are_people: bool = False) -> Iterator[Submission]:
        """A folder that holds several participants, as files and as folders."""
        files = {file.name: file for file in (*node.notebooks, *node.others)}
        archives = {folder.file_name: folder for folder in node.folders if folder.is_archive}
        users = platforms.users({**files, **dict.fromkeys(archives)})
        owners: dict[Who, list[str]] = {}
        for name, who in users.items():
            owners.setdefault(replace(who, late=False), []).append(name)
        late = {(who.name, who.id) for who in users.values() if who.late}
        for who, names in owners.items():
            inside = [
                file for name in names for file in (archives[name].everything() if name in archives else [files[name]])
            ]
            shown = next(archives[name].shown if name in archives else files[name].shown for name in names)
            yield self._owned(who, inside, shown, (who.name, who.id) in late)
        for group in layouts.people([file for file in node.notebooks if file.name not in users]):
            yield self._entry(Who(_stem(group[0])), group, group[0].shown)
        self._pass_over([file for file in node.others if file.name not in users])
        rest = [folder for folder in node.folders if folder.file_name not in users]
        yield from self._folders(rest, node.name, are_people)

    def _folders(self, nodes: Sequence[Node], parent: str, are_people: bool = False) -> Iterator[Submission]:
        users = platforms.folder_users({folder.name: None for folder in nodes if not folder.is_archive})
        owners: dict[Who, list[Node]] = {}
        named: list[Node] = []
        for folder in nodes:
            if folder.is_archive or folder.name not in users:
                named.append(folder)
            else:
                owners.setdefault(users[folder.name], []).append(folder)
        for who, own in owners.items():  # beside its files, Moodle gives what was typed in a folder of its own
            files = [file for folder in own for file in folder.everything()]
            yield self._owned(who, files, own[0].shown, late=False, in_folder=True)
        yield from self._named_folders(named, parent, are_people)

    def _named_folders(self, nodes: Sequence[Node], parent: str, are_people: bool) -> Iterator[Submission]:
        """Folders and archives that somebody has given their names."""
        submitted, working = teams.apart(nodes)
        self._pass_over([file for folder in working for file in folder.everything()])
        merged = _merged(submitted)
        persons = [are_people or is_one for is_one in folders.persons(merged, self._ids, self._register)]
        own = [folder for folder, is_persons in zip(merged, persons, strict=True) if is_persons]
        logins = github_classroom.users(own, parent, self._register.has_login)
        for folder, is_persons in zip(merged, persons, strict=True):
            if is_persons:
                yield from self._persons(logins.get(folder.name, Who(folder.name)), folder)
            else:
                yield from self._level(folder)

    def _is_listed(self, name: str) -> bool:
        return bool(folders.listed_people(name, self._ids, self._register))

    def _persons(self, who: Who, folder: Node) -> Iterator[Submission]:
        """What is in one participant's folder or archive. If there is no notebook in it, it is somebody's all the same
        where the list says so, or where nothing at all is in an archive."""
        counting, notes = self._counting(folder)
        inside, everything = [*counting.every()], folder.everything()
        others = [file for file in everything if not _is_notebook(file)]
        self._pass_over(others)
        is_empty_archive = not others and (folder.is_archive or any(folders.units(folder)))
        if inside or is_empty_archive or self._is_listed(folder.name):
            entry = self._entry(who, inside, inside[0].shown if len(inside) == 1 else folder.shown)
            yield replace(entry, notes=(*notes, *entry.notes))

    def _counting(self, folder: Node) -> tuple[Node, tuple[Text, ...]]:
        """What counts in a participant's folder: of versions the newest, of assignments the course's own."""
        folder, notes = teams.newest(folder)
        this = [inner for inner in folder.folders if _folded(inner.name) in self._course_names and any(inner.every())]
        if len(this) != 1 or folder.notebooks or len(folder.folders) < 2:
            return folder, notes
        text = msg("Of several folders the one that is called like this course counts: {name}.", name=this[0].name)
        return this[0], (*notes, text)

    def _owned(self, who: Who, files: Sequence[File], shown: str, late: bool, in_folder: bool = False) -> Submission:
        """What a learning platform says is this person's, if only a file that is no notebook. `shown`: what stands for
        all of it."""
        notebooks = [file for file in files if _is_notebook(file)]
        self._pass_over([file for file in files if file not in notebooks])
        if len(notebooks) == 1 or (notebooks and not in_folder):
            shown = notebooks[0].shown
        submission = self._entry(who, notebooks, shown)
        return (
            replace(submission, notes=(msg("Canvas says that it was handed in late."), *submission.notes))
            if late
            else submission
        )

    def _entry(self, who: Who, files: Sequence[File], shown: str) -> Submission:
        """What can't be read does not count beside what can, and is told."""
        whole, broken = [file for file in files if not file.fault], [file for file in files if file.fault]
        taken = whole[:MAX_NOTEBOOKS]
        attempts = layouts.attempts(taken, self._ids) if taken else tuple((file,) for file in broken[:1])
        told = (broken if whole else broken[1:])[:MAX_NOTEBOOKS]
        notes: list[Text] = [msg("{file}: {text}", file=file.name, text=file.fault) for file in told if file.fault]
        if len(whole) > len(taken):
            text = msg(
                "There are {n} notebooks here. Only the first {limit} are looked at.", n=len(whole), limit=len(taken)
            )
            notes.append(text)
        return Submission(who.name, shown, attempts, (who.id,) if who.id else (), notes=tuple(notes))

    def _pass_over(self, files: Sequence[File]) -> None:
        self.passed_over += [file.shown for file in files]


def _merged(nodes: Sequence[Node]) -> list[Node]:
    """The folders, those together whose names look the same: one is written as Linux does it, one as macOS does."""
    groups: dict[tuple[str, bool], list[Node]] = {}
    for node in nodes:
        groups.setdefault((node.name, node.is_archive), []).append(node)
    return [
        group[0]
        if len(group) == 1
        else replace(
            group[0],
            notebooks=[file for node in group for file in node.notebooks],
            others=[file for node in group for file in node.others],
            folders=[folder for node in group for folder in node.folders],
        )
        for group in groups.values()
    ]


def _is_notebook(file: File) -> bool:
    return bool(file.fault) or file.name.lower().endswith(".ipynb")


def _folded(name: str) -> str:
    return "".join(letter for letter in composed(name).casefold() if letter.isalnum())


def _stem(file: File) -> str:
    return composed(Path(file.name).stem)
