"""Folders and archives as one tree of notebooks. What is none is passed over, by name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.errors import UsageError
from grader.i18n import Message, msg
from grader.submissions import archive
from grader.submissions.notebook import encodable
from grader.submissions.platforms.who import composed
from grader.submissions.submission import File

RESULTS_MARK = ".grade.lock"
MAX_DEPTH = 40
MAX_ARCHIVES_IN_ARCHIVES = 2
HIDDEN = frozenset({"__MACOSX", "__pycache__", "node_modules", "lost+found"})
ROSTER = "roster.csv"
_CLOSED = msg("The folder can't be opened: the grader has no right to read it.")
_BROKEN = msg("The folder can't be opened. Hand in the .ipynb file itself.")
_DEEP = msg("The folders here lie more than {limit} deep. Hand in the .ipynb file itself.", limit=MAX_DEPTH)


@dataclass(slots=True)
class Node:
    """A folder or an archive. `name` is its own, an archive's without its ending. An archive or a folder that can't be
    read is among the notebooks, as a broken file. `others`: files that are no notebooks; `is_repository`: git has files
    of its own in it."""

    name: str
    shown: str
    notebooks: list[File] = field(default_factory=list)
    others: list[File] = field(default_factory=list)
    folders: list[Node] = field(default_factory=list)
    is_archive: bool = False
    is_repository: bool = False

    @property
    def file_name(self) -> str:
        """What it is called where it stands, an archive with its ending."""
        return self.shown.replace("\\", "/").rpartition("/")[2] if self.is_archive else self.name

    def every(self) -> Iterator[File]:
        """The notebooks in it, however deep."""
        yield from self.notebooks
        for folder in self.folders:
            yield from folder.every()

    def everything(self) -> list[File]:
        """The files in it, however deep."""
        return [*self.notebooks, *self.others, *(file for inner in self.folders for file in inner.everything())]


class Walk:
    """Makes trees. `passed_over` collects what does not count, as `skipped` (the output folder) does not at all.
    Without `opens_archives` an archive is a file that is no notebook."""

    def __init__(self, skipped: Sequence[Path] = (), opens_archives: bool = True) -> None:
        self.passed_over: list[str] = []
        self._opens_archives = opens_archives
        self._skipped = {path.resolve() for path in skipped}

    # ---- folders

    def folder(self, path: Path, depth: int = 0) -> Node:
        """Raise UsageError where the folder can't be opened."""
        try:
            return self._opened(path, depth)
        except OSError as error:
            raise UsageError(
                f"{path} can't be opened: {error.strerror}. Give yourself the right to read it."
            ) from error

    def _opened(self, path: Path, depth: int) -> Node:
        node = Node(composed(encodable(path.name or path.resolve().name)), encodable(str(path)))
        for item in sorted(os.scandir(path), key=lambda item: item.name):
            self._take(node, item, Path(path, item.name), depth)
        return node

    def _take(self, node: Node, item: os.DirEntry[str], path: Path, depth: int) -> None:
        shown = encodable(str(path))
        is_folder, name = item.is_dir(follow_symlinks=False), item.name.lower()
        if is_folder and self._is_results(path):
            return
        node.is_repository |= _is_gits(item.name)
        if _is_hidden(item.name) or (item.is_symlink() and not name.endswith(".ipynb")):
            self._pass_over(shown, is_folder)
        elif name.endswith(".ipynb"):
            node.notebooks.append(File(path, shown))
        elif is_folder:
            self._descend(node, path, depth)
        elif name.endswith(".zip") and self._opens_archives:
            self.take_archive(node, File(path, shown))
        else:
            node.others.append(File(path, shown))

    def _descend(self, node: Node, path: Path, depth: int) -> None:
        if depth >= MAX_DEPTH:
            node.folders.append(_unopened(path, _DEEP))
            return
        try:
            node.folders.append(self._opened(path, depth + 1))
        except PermissionError:
            node.folders.append(_unopened(path, _CLOSED))
        except OSError:
            node.folders.append(_unopened(path, _BROKEN))

    def _is_results(self, path: Path) -> bool:
        return path.resolve() in self._skipped or os.path.lexists(path / RESULTS_MARK)

    def _pass_over(self, shown: str, is_folder: bool = False) -> None:
        self.passed_over.append(shown + "/" * is_folder)

    # ---- archives

    def take_archive(self, node: Node, file: File) -> None:
        """Put an archive into `node`, as a folder, or as a broken file."""
        try:
            members = archive.members(file.path, file.members)
        except archive.Unreadable as error:
            node.notebooks.append(replace(file, data=error.reason))
            return
        top = Node(composed(_stem(file.name)), file.shown, is_archive=True)
        node.folders.append(top)
        nodes: dict[tuple[str, ...], Node] = {(): top}
        for member in sorted(members, key=lambda member: member.parts or ()):
            self._take_member(nodes, file, member)

    def _take_member(self, nodes: dict[tuple[str, ...], Node], file: File, member: archive.Member) -> None:
        shown = encodable(f"{file.shown}/{'/'.join(member.parts or (member.name,))}")
        if member.parts is None or any(map(_is_hidden, member.parts)):
            _mark_repository(nodes, member.parts or ())
            self._pass_over(shown)
            return
        node = _inside(nodes, member.parts[:-1])
        found = File(file.path, shown, (*file.members, member.name))
        name = member.parts[-1].lower()
        if name.endswith(".ipynb"):
            node.notebooks.append(found)
        elif name.endswith(".zip") and len(file.members) < MAX_ARCHIVES_IN_ARCHIVES:
            self.take_archive(node, found)
        else:
            node.others.append(found)


def _unopened(path: Path, reason: Message) -> Node:
    shown = encodable(str(path))
    return Node(composed(encodable(path.name)), shown, [File(path, shown, data=reason)])


def _inside(nodes: dict[tuple[str, ...], Node], parts: tuple[str, ...]) -> Node:
    """The folder of an archive with this path, made if it is not there. `nodes`: those that are."""
    if parts not in nodes:
        around = _inside(nodes, parts[:-1])
        nodes[parts] = Node(composed(parts[-1]), f"{around.shown}/{parts[-1]}")
        around.folders.append(nodes[parts])
    return nodes[parts]


def _mark_repository(nodes: dict[tuple[str, ...], Node], parts: tuple[str, ...]) -> None:
    place = next((place for place, part in enumerate(parts) if _is_gits(part)), None)
    if place is not None:
        _inside(nodes, parts[:place]).is_repository = True


def _is_gits(name: str) -> bool:
    return name in {".git", ".github", ".gitignore", ".gitattributes"}


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in HIDDEN


def _stem(name: str) -> str:
    return name[:-4] if name.lower().endswith(".zip") else name
