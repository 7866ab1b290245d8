"""Whose the notebooks in a tree of folders and archives are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.i18n import msg
from grader.submissions import layouts
from grader.submissions.files import encodable
from grader.submissions.layouts import Owner
from grader.submissions.submission import File, Submission
from grader.submissions.tree import Node


class SubmissionBuilder:
    """Makes submissions of the files in trees, one for each participant.

    Attributes:
        passed_over: What reports call the files that are nobody's notebook.
    """

    def __init__(self, ids: Sequence[str]) -> None:
        """`ids`: the exercises, whose ids may be in the names of files."""
        self._ids = ids
        self.passed_over: list[str] = []

    def from_tree(self, node: Node) -> list[Submission]:
        """The submissions in a folder or an archive, in the order of their paths."""
        return sorted(self._root(node), key=lambda submission: submission.path)

    def from_files(self, folder: Path, files: Sequence[File]) -> list[Submission]:
        """The submissions of files in `folder` that were named one by one."""
        if len(files) == 1:
            return [self._submission(Owner(_stem(files[0])), files, files[0].shown)]
        return list(self._root(Node(encodable(folder.resolve().name), encodable(str(folder)), list(files))))

    def _root(self, node: Node) -> Iterator[Submission]:
        if not layouts.are_one_per_exercise([_stem(file) for file in node.notebooks], self._ids, strict=True):
            yield from self._level(node)
            return
        yield self._submission(Owner(node.name), node.notebooks, node.shown)
        self._pass_over(node.others)
        yield from self._folders(node.folders)

    def _level(self, node: Node) -> Iterator[Submission]:
        """The submissions in a folder of several participants, who may have files or folders there."""
        files = {file.name: file for file in (*node.notebooks, *node.others)}
        archives = {folder.file_name: folder for folder in node.folders if folder.is_archive}
        users = _platform_users([*files, *archives])
        owners: dict[Owner, list[str]] = {}
        for name, who in users.items():
            owners.setdefault(replace(who, late=False), []).append(name)
        late = {(who.name, who.id) for who in users.values() if who.late}
        for who, names in owners.items():
            inside = [
                file for name in names for file in (all_files(archives[name]) if name in archives else [files[name]])
            ]
            shown = next(archives[name].shown if name in archives else files[name].shown for name in names)
            yield self._owners_submission(who, inside, shown, (who.name, who.id) in late)
        for group in layouts.group_copies([file for file in node.notebooks if file.name not in users]):
            yield self._submission(Owner(_stem(group[0])), group, group[0].shown)
        self._pass_over([file for file in node.others if file.name not in users])
        yield from self._folders([folder for folder in node.folders if folder.file_name not in users])

    def _folders(self, folders: Sequence[Node]) -> Iterator[Submission]:
        owners: dict[Owner, list[Node]] = {}
        for folder in folders:
            who = layouts.moodle(folder.name)
            if who is None:
                yield from self._folder(folder)
            else:
                owners.setdefault(who, []).append(folder)
        for who, own in owners.items():  # Moodle makes one folder for files, another for typed text
            files = [file for folder in own for file in all_files(folder)]
            yield self._owners_submission(who, files, own[0].shown, late=False, in_folder=True)

    def _folder(self, folder: Node) -> Iterator[Submission]:
        """The submissions in a folder of one participant or of several. An archive belongs to one participant, whatever
        names are in it."""
        if not folder.is_archive and (
            _has_platform_names(folder) or not layouts.is_one_persons([*_notebooks_and_archives(folder)], self._ids)
        ):
            yield from self._level(folder)
            return
        inside = list(folder.all_notebooks())
        others = [file for file in all_files(folder) if file not in inside]
        self._pass_over(others)
        if inside or not others:
            yield self._submission(Owner(folder.name), inside, inside[0].shown if len(inside) == 1 else folder.shown)

    def _owners_submission(
        self, who: Owner, files: Sequence[File], shown: str, late: bool, in_folder: bool = False
    ) -> Submission:
        """The submission of a person whom a learning platform names, even if it holds no notebook. `shown`: what
        reports call all of it."""
        notebooks = [file for file in files if file.fault or file.name.lower().endswith(".ipynb")]
        self._pass_over([file for file in files if file not in notebooks])
        if len(notebooks) == 1 or (notebooks and not in_folder):
            shown = notebooks[0].shown
        submission = self._submission(who, notebooks, shown)
        return (
            replace(submission, notes=(msg("Canvas says that it was handed in late."), *submission.notes))
            if late
            else submission
        )

    def _submission(self, who: Owner, files: Sequence[File], shown: str) -> Submission:
        """The submission of these files. Beside files that can be read, the others only get a note."""
        whole, broken = [file for file in files if not file.fault], [file for file in files if file.fault]
        attempts = layouts.attempts(whole, self._ids) if whole else tuple((file,) for file in broken[:1])
        noted = broken if whole else broken[1:]
        notes = tuple(msg("{file}: {text}", file=file.name, text=file.fault) for file in noted if file.fault)
        return Submission(who.name, shown, attempts, (who.id,) if who.id else (), notes=notes)

    def _pass_over(self, files: Sequence[File]) -> None:
        self.passed_over += [file.shown for file in files]


def all_files(folder: Node) -> list[File]:
    """All files in a folder and in the folders and archives inside it."""
    return [*folder.notebooks, *folder.others, *(file for inner in folder.folders for file in all_files(inner))]


def _notebooks_and_archives(folder: Node) -> Iterator[File]:
    """All notebooks in a folder and its folders. An archive counts as one, unless it holds only other files."""
    yield from folder.notebooks
    for inner in folder.folders:
        if not inner.is_archive:
            yield from _notebooks_and_archives(inner)
        elif any(inner.all_notebooks()) or not all_files(inner):
            yield File(Path(inner.shown), inner.shown)


def _platform_users(names: Sequence[str]) -> Mapping[str, Owner]:
    """The owners of those files and archives of a folder that a learning platform has named."""
    named = {name: who for name in names if (who := layouts.moodle(name)) is not None}
    return named or layouts.canvas(names)


def _has_platform_names(folder: Node) -> bool:
    """Whether a learning platform has named anything in a folder or the folders inside it."""
    names = [*(file.name for file in (*folder.notebooks, *folder.others)), *(inner.name for inner in folder.folders)]
    return any(map(layouts.moodle, names)) or any(map(_has_platform_names, folder.folders))


def _stem(file: File) -> str:
    return Path(file.name).stem
