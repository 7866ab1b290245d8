"""Participants in a tree of folders, archives and notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.i18n import msg
from grader.submissions import layouts
from grader.submissions.layouts import Who
from grader.submissions.notebook import encodable
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
        files = [*node.notebooks, *node.others]
        archives = {folder.file_name: folder for folder in node.folders if folder.is_archive}
        contents = {file.name: [file] for file in files} | {name: everything(top) for name, top in archives.items()}
        users = _users([*contents])
        owners: dict[Who, list[File]] = {}
        for name, who in users.items():
            owners.setdefault(replace(who, late=False), []).extend(contents[name])
        late = {(who.name, who.id) for who in users.values() if who.late}
        yield from (self._owned(who, found, None, (who.name, who.id) in late) for who, found in owners.items())
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
            yield self._owned(who, [file for folder in own for file in everything(folder)], own[0], late=False)

    def _folder(self, folder: Node) -> Iterator[Submission]:
        """One participant's, or one that holds several."""
        inside = list(folder.every())
        if _names_people(folder) or not layouts.one_persons(inside, self._ids):
            yield from self._level(folder)
            return
        yield self._entry(Who(folder.name), inside, folder.shown if len(inside) > 1 else inside[0].shown)
        self._pass_over([file for file in everything(folder) if file not in inside])

    def _owned(self, who: Who, files: Sequence[File], folder: Node | None, late: bool) -> Submission:
        """What a learning platform says is this person's, if only a file that is no notebook."""
        notebooks = [file for file in files if file.name.lower().endswith(".ipynb")]
        self._pass_over([file for file in files if file not in notebooks])
        shown = (notebooks or files)[0].shown if folder is None or len(notebooks) == 1 else folder.shown
        submission = self._entry(who, notebooks, shown)
        return replace(submission, notes=(msg("Canvas says that it was handed in late."),)) if late else submission

    def _entry(self, who: Who, files: Sequence[File], shown: str) -> Submission:
        return Submission(who.name, shown, layouts.attempts(files, self._ids), who.id)

    def _pass_over(self, files: Sequence[File]) -> None:
        self.passed_over += [file.shown for file in files]


def everything(folder: Node) -> list[File]:
    """The files in it, however deep."""
    return [*folder.notebooks, *folder.others, *(file for inner in folder.folders for file in everything(inner))]


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
