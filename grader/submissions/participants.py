"""Whose the notebooks in a tree of folders and archives are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from grader.i18n import Text, msg
from grader.people import Person
from grader.submissions import folders, layouts, platforms
from grader.submissions.files import encodable
from grader.submissions.matching import PersonIndex
from grader.submissions.platforms import github_classroom, nbgrader, teams
from grader.submissions.platforms.owner import LATE, Owner, compose
from grader.submissions.submission import File, Submission
from grader.submissions.tree import Node

MAX_NOTEBOOKS = 100


class SubmissionBuilder:
    """Makes submissions of the files in trees, one for each participant.

    Attributes:
        passed_over: What reports call the files that are nobody's notebook.
    """

    def __init__(self, ids: Sequence[str], people: Sequence[Person] = (), course_names: Sequence[str] = ()) -> None:
        """`ids`: the exercises, whose ids may be in the names of files; `people`: those on the list of participants;
        `course_names`: what people may call a folder of the course's notebooks."""
        self._ids, self._index = ids, PersonIndex(people)
        self._course_names = {_folded(name) for name in course_names}
        self.passed_over: list[str] = []

    def from_tree(self, node: Node) -> list[Submission]:
        """The submissions in a folder or an archive, in the order of their paths."""
        return sorted(self._root(node), key=lambda submission: submission.path)

    def from_files(self, folder: Path, files: Sequence[File]) -> list[Submission]:
        """The submissions of files in `folder` that were named one by one."""
        if len(files) == 1:
            return [self._submission(Owner(_stem(files[0])), files, files[0].shown)]
        return list(self._root(Node(compose(encodable(folder.resolve().name)), encodable(str(folder)), list(files))))

    def _root(self, node: Node) -> Iterator[Submission]:
        submitted = nbgrader.submitted(node)
        if folders.is_listed_persons(node, self._ids, self._index):
            yield from self._persons(Owner(node.name), node)
        elif submitted is not None:
            kept = {*submitted.all_files()}
            self._pass_over([file for file in node.all_files() if file not in kept])
            yield from self._level(submitted, are_people=True)
        elif layouts.are_one_per_exercise([_stem(file) for file in node.notebooks], self._ids, strict=True):
            yield self._submission(Owner(node.name), node.notebooks, node.shown)
            self._pass_over(node.others)
            yield from self._folders(node.folders, node.name)
        elif not node.notebooks and teams.are_versions(node.folders):
            yield from self._persons(Owner(node.name), node)
        else:
            yield from self._level(node)

    def _level(self, node: Node, are_people: bool = False) -> Iterator[Submission]:
        """The submissions in a folder of several participants, who may have files or folders there."""
        files = {file.name: file for file in (*node.notebooks, *node.others)}
        archives = {folder.file_name: folder for folder in node.folders if folder.is_archive}
        users = platforms.users({**files, **dict.fromkeys(archives)})
        owners: dict[Owner, list[str]] = {}
        for name, who in users.items():
            owners.setdefault(replace(who, late=False), []).append(name)
        late = {(who.name, who.id) for who in users.values() if who.late}
        for who, names in owners.items():
            inside = [
                file for name in names for file in (archives[name].all_files() if name in archives else [files[name]])
            ]
            shown = next(archives[name].shown if name in archives else files[name].shown for name in names)
            yield self._owners_submission(who, inside, shown, (who.name, who.id) in late)
        for group in layouts.group_copies([file for file in node.notebooks if file.name not in users]):
            yield self._submission(Owner(_stem(group[0])), group, group[0].shown)
        self._pass_over([file for file in node.others if file.name not in users])
        rest = [folder for folder in node.folders if folder.file_name not in users]
        yield from self._folders(rest, node.name, are_people)

    def _folders(self, nodes: Sequence[Node], parent: str, are_people: bool = False) -> Iterator[Submission]:
        users = platforms.folder_users({folder.name: None for folder in nodes if not folder.is_archive})
        owners: dict[Owner, list[Node]] = {}
        named: list[Node] = []
        for folder in nodes:
            if folder.is_archive or folder.name not in users:
                named.append(folder)
            else:
                owners.setdefault(users[folder.name], []).append(folder)
        for who, own in owners.items():  # Moodle makes one folder for files, another for typed text
            files = [file for folder in own for file in folder.all_files()]
            yield self._owners_submission(who, files, own[0].shown, late=False, in_folder=True)
        yield from self._named_folders(named, parent, are_people)

    def _named_folders(self, nodes: Sequence[Node], parent: str, are_people: bool) -> Iterator[Submission]:
        """Folders and archives that somebody has given their names."""
        submitted, working = teams.apart(nodes)
        self._pass_over([file for folder in working for file in folder.all_files()])
        merged = _merged(submitted)
        persons = [are_people or is_one for is_one in folders.persons(merged, self._ids, self._index)]
        own = [folder for folder, is_persons in zip(merged, persons, strict=True) if is_persons]
        logins = github_classroom.users(own, parent, self._index.has_login)
        for folder, is_persons in zip(merged, persons, strict=True):
            if is_persons:
                yield from self._persons(logins.get(folder.name, Owner(folder.name)), folder)
            else:
                yield from self._level(folder)

    def _is_listed(self, name: str) -> bool:
        return bool(folders.listed_people(name, self._ids, self._index))

    def _persons(self, who: Owner, folder: Node) -> Iterator[Submission]:
        """What is in one participant's folder or archive. If there is no notebook in it, it is somebody's all the same
        where the list says so, or where nothing at all is in an archive."""
        counting, notes = self._counting(folder)
        inside, everything = [*counting.all_notebooks()], folder.all_files()
        others = [file for file in everything if not _is_notebook(file)]
        self._pass_over(others)
        is_empty_archive = not others and (folder.is_archive or any(folders.notebooks_and_archives(folder)))
        if inside or is_empty_archive or self._is_listed(folder.name):
            made = self._submission(who, inside, inside[0].shown if len(inside) == 1 else folder.shown)
            yield replace(made, notes=(*notes, *made.notes), handed_in=nbgrader.handed_in(counting))

    def _counting(self, folder: Node) -> tuple[Node, tuple[Text, ...]]:
        """What counts in a participant's folder: of versions the newest, of assignments the course's own."""
        folder, notes = teams.newest(folder)
        this = [
            inner
            for inner in folder.folders
            if _folded(inner.name) in self._course_names and any(inner.all_notebooks())
        ]
        if len(this) != 1 or folder.notebooks or len(folder.folders) < 2:
            return folder, notes
        text = msg("Of several folders the one that is called like this course counts: {name}.", name=this[0].name)
        return this[0], (*notes, text)

    def _owners_submission(
        self, who: Owner, files: Sequence[File], shown: str, late: bool, in_folder: bool = False
    ) -> Submission:
        """The submission of a person whom a learning platform names, even if it holds no notebook. `shown`: what
        reports call all of it."""
        notebooks = [file for file in files if _is_notebook(file)]
        self._pass_over([file for file in files if file not in notebooks])
        if len(notebooks) == 1 or (notebooks and not in_folder):
            shown = notebooks[0].shown
        submission = self._submission(who, notebooks, shown)
        return replace(submission, notes=(LATE, *submission.notes)) if late else submission

    def _submission(self, who: Owner, files: Sequence[File], shown: str) -> Submission:
        """The submission of these files. Beside files that can be read, the others only get a note."""
        whole, broken = [file for file in files if not file.fault], [file for file in files if file.fault]
        taken = whole[:MAX_NOTEBOOKS]
        attempts = layouts.attempts(taken, self._ids) if taken else tuple((file,) for file in broken[:1])
        noted = (broken if whole else broken[1:])[:MAX_NOTEBOOKS]
        notes: list[Text] = [msg("{file}: {text}", file=file.name, text=file.fault) for file in noted if file.fault]
        if len(whole) > len(taken):
            text = msg(
                "There are {n} notebooks here. Only the first {limit} are looked at.", n=len(whole), limit=len(taken)
            )
            notes.append(text)
        return Submission(who.name, shown, attempts, (who.id,) if who.id else (), notes=tuple(notes))

    def _pass_over(self, files: Sequence[File]) -> None:
        self.passed_over += [file.shown for file in files if file.name != nbgrader.TIMESTAMP]  # nbgrader's own


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
    return "".join(letter for letter in compose(name).casefold() if letter.isalnum())


def _stem(file: File) -> str:
    return compose(Path(file.name).stem)
