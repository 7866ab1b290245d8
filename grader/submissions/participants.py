"""Participants in a tree of folders, archives and notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.i18n import msg
from grader.submissions import layouts
from grader.submissions.files import encodable
from grader.submissions.layouts import Who
from grader.submissions.submission import File, Submission
from grader.submissions.tree import Node


class Finder:
    """Makes entries. `ids`: the exercises that a file may be named for; `passed_over` collects files that are nobody's
    notebook."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        self.passed_over: list[str] = []

    def tree(self, node: Node) -> list[Submission]:
        """The entries of a folder or an archive, by path."""
        return sorted(self._root(node), key=lambda submission: submission.path)

    def loose(self, folder: Path, files: Sequence[File]) -> list[Submission]:
        """Files that were named one by one, all of them in `folder`. A single one is called as it is."""
        if len(files) == 1:
            return [self._entry(Who(_stem(files[0])), files, files[0].shown)]
        return list(self._root(Node(encodable(folder.resolve().name), encodable(str(folder)), list(files))))

    def _root(self, node: Node) -> Iterator[Submission]:
        if not layouts.one_an_exercise([_stem(file) for file in node.notebooks], self._ids, strict=True):
            yield from self._level(node)
            return
        yield self._entry(Who(node.name), node.notebooks, node.shown)
        self._pass_over(node.others)
        yield from self._folders(node.folders)

    def _level(self, node: Node) -> Iterator[Submission]:
        """A folder that holds several participants, as files and as folders."""
        files = {file.name: file for file in (*node.notebooks, *node.others)}
        archives = {folder.file_name: folder for folder in node.folders if folder.is_archive}
        users = _users([*files, *archives])
        owners: dict[Who, list[str]] = {}
        for name, who in users.items():
            owners.setdefault(replace(who, late=False), []).append(name)
        late = {(who.name, who.id) for who in users.values() if who.late}
        for who, names in owners.items():
            inside = [
                file for name in names for file in (everything(archives[name]) if name in archives else [files[name]])
            ]
            shown = next(archives[name].shown if name in archives else files[name].shown for name in names)
            yield self._owned(who, inside, shown, (who.name, who.id) in late)
        for group in layouts.people([file for file in node.notebooks if file.name not in users]):
            yield self._entry(Who(_stem(group[0])), group, group[0].shown)
        self._pass_over([file for file in node.others if file.name not in users])
        yield from self._folders([folder for folder in node.folders if folder.file_name not in users])

    def _folders(self, folders: Sequence[Node]) -> Iterator[Submission]:
        owners: dict[Who, list[Node]] = {}
        for folder in folders:
            who = layouts.moodle(folder.name)
            if who is None:
                yield from self._folder(folder)
            else:
                owners.setdefault(who, []).append(folder)
        for who, own in owners.items():  # beside its files, Moodle gives what was typed in a folder of its own
            files = [file for folder in own for file in everything(folder)]
            yield self._owned(who, files, own[0].shown, late=False, in_folder=True)

    def _folder(self, folder: Node) -> Iterator[Submission]:
        """One participant's, or one that holds several. An archive is one participant's, whatever names are in it."""
        if not folder.is_archive and (_names_people(folder) or not layouts.one_persons([*_units(folder)], self._ids)):
            yield from self._level(folder)
            return
        inside = list(folder.every())
        others = [file for file in everything(folder) if file not in inside]
        self._pass_over(others)
        if inside or not others:
            yield self._entry(Who(folder.name), inside, inside[0].shown if len(inside) == 1 else folder.shown)

    def _owned(self, who: Who, files: Sequence[File], shown: str, late: bool, in_folder: bool = False) -> Submission:
        """What a learning platform says is this person's, if only a file that is no notebook. `shown`: what stands for
        all of it."""
        notebooks = [file for file in files if file.fault or file.name.lower().endswith(".ipynb")]
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
        attempts = layouts.attempts(whole, self._ids) if whole else tuple((file,) for file in broken[:1])
        told = broken if whole else broken[1:]
        notes = tuple(msg("{file}: {text}", file=file.name, text=file.fault) for file in told if file.fault)
        return Submission(who.name, shown, attempts, (who.id,) if who.id else (), notes=notes)

    def _pass_over(self, files: Sequence[File]) -> None:
        self.passed_over += [file.shown for file in files]


def everything(folder: Node) -> list[File]:
    """The files in it, however deep."""
    return [*folder.notebooks, *folder.others, *(file for inner in folder.folders for file in everything(inner))]


def _units(folder: Node) -> Iterator[File]:
    """The notebooks in it, however deep. An archive is one, whatever it holds, unless that is something else."""
    yield from folder.notebooks
    for inner in folder.folders:
        if not inner.is_archive:
            yield from _units(inner)
        elif any(inner.every()) or not everything(inner):
            yield File(Path(inner.shown), inner.shown)


def _users(names: Sequence[str]) -> Mapping[str, Who]:
    """Whom a learning platform's names tell, of the files and archives that stand together."""
    told = {name: who for name in names if (who := layouts.moodle(name)) is not None}
    return told or layouts.canvas(names)


def _names_people(folder: Node) -> bool:
    """Whether there are a learning platform's names in it, however deep."""
    names = [*(file.name for file in (*folder.notebooks, *folder.others)), *(inner.name for inner in folder.folders)]
    return any(map(layouts.moodle, names)) or any(map(_names_people, folder.folders))


def _stem(file: File) -> str:
    return Path(file.name).stem
