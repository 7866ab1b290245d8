"""Folders and archives as one tree of notebooks and other files. Hidden files are passed over."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.errors import UsageError, reason_of
from grader.i18n import Message, msg
from grader.submissions import archive
from grader.submissions.files import encodable
from grader.submissions.platforms.owner import compose
from grader.submissions.results_folder import holds_only_results
from grader.submissions.submission import File, file_at

MAX_DEPTH = 40
MAX_ARCHIVES_IN_ARCHIVES = 2
HIDDEN = frozenset({"__MACOSX", "__pycache__", "node_modules", "lost+found"})
ROSTER = "roster.csv"
_CLOSED = msg("The folder can't be opened: the grader has no right to read it.")
_BROKEN = msg("The folder can't be opened. Hand in the .ipynb file itself.")
_DEEP = msg("The folders here lie more than {limit} deep. Hand in the .ipynb file itself.", limit=MAX_DEPTH)


@dataclass(slots=True)
class Node:
    """A folder or an archive.

    Attributes:
        name: Its own name; that of an archive without its ending.
        shown: What reports call it.
        notebooks: The notebooks right in it, and each archive or folder right in it that can't be read, as a file with
            a fault.
        others: The files right in it that are no notebooks.
        folders: The folders and archives right in it.
        is_archive: Whether it is an archive.
        is_repository: Whether git has files of its own in it.
    """

    name: str
    shown: str
    notebooks: list[File] = field(default_factory=list)
    others: list[File] = field(default_factory=list)
    folders: list[Node] = field(default_factory=list)
    is_archive: bool = False
    is_repository: bool = False

    @property
    def file_name(self) -> str:
        """Its name in its folder; that of an archive with its ending."""
        return self.shown.replace("\\", "/").rpartition("/")[2] if self.is_archive else self.name

    def all_notebooks(self) -> Iterator[File]:
        """All notebooks in it and in the folders inside it."""
        yield from self.notebooks
        for folder in self.folders:
            yield from folder.all_notebooks()

    def all_files(self) -> list[File]:
        """All files in it and in the folders and archives inside it."""
        return [*self.notebooks, *self.others, *(file for inner in self.folders for file in inner.all_files())]


class TreeReader:
    """Reads folders and archives into trees.

    Attributes:
        passed_over: What reports call the files and folders that are ignored.
    """

    def __init__(self, skipped: Sequence[Path] = (), opens_archives: bool = True) -> None:
        """`skipped`: folders that are not even listed among the ignored. Unless it `opens_archives`, an archive is a
        file that is no notebook."""
        self.passed_over: list[str] = []
        self._opens_archives = opens_archives
        self._skipped = {path.resolve() for path in skipped}

    # ---- folders

    def read_folder(self, path: Path) -> Node:
        """The tree of a folder. Raise UsageError if it can't be opened."""
        try:
            return self._read_folder(path, depth=0)
        except OSError as error:
            text = msg(
                "{path} can't be opened: {reason}. Give yourself the right to read it.",
                path=encodable(str(path)),
                reason=reason_of(error),
            )
            raise UsageError(text) from error

    def _read_folder(self, path: Path, depth: int) -> Node:
        node = Node(compose(encodable(path.name or path.resolve().name)), encodable(str(path)))
        for item in sorted(os.scandir(path), key=lambda item: item.name):
            self._add(node, item, Path(path, item.name), depth)
        return node

    def _add(self, node: Node, item: os.DirEntry[str], path: Path, depth: int) -> None:
        shown = encodable(str(path))
        is_folder, name = item.is_dir(follow_symlinks=False), item.name.lower()
        if is_folder and (path.resolve() in self._skipped or holds_only_results(path)):
            return
        node.is_repository |= _is_of_git(item.name)
        if _is_hidden(item.name) or (item.is_symlink() and not name.endswith(".ipynb")):
            self._pass_over(shown, is_folder)
        elif name.endswith(".ipynb"):
            node.notebooks.append(file_at(path))
        elif is_folder:
            self._add_folder(node, path, depth)
        elif name.endswith(".zip") and self._opens_archives:
            self.add_archive(node, file_at(path))
        else:
            node.others.append(file_at(path))

    def _add_folder(self, node: Node, path: Path, depth: int) -> None:
        if depth >= MAX_DEPTH:
            node.folders.append(_unread_folder(path, _DEEP))
            return
        try:
            node.folders.append(self._read_folder(path, depth + 1))
        except PermissionError:
            node.folders.append(_unread_folder(path, _CLOSED))
        except OSError:
            node.folders.append(_unread_folder(path, _BROKEN))

    def _pass_over(self, shown: str, is_folder: bool = False) -> None:
        self.passed_over.append(shown + "/" * is_folder)

    # ---- archives

    def add_archive(self, node: Node, file: File) -> None:
        """Add an archive to `node`, as a folder, or as a file with a fault."""
        try:
            members = archive.list_members(file.path, file.members)
        except archive.UnreadableArchive as error:
            node.notebooks.append(replace(file, data=error.reason))
            return
        top = Node(compose(_stem(file.name)), file.shown, is_archive=True)
        node.folders.append(top)
        nodes: dict[tuple[str, ...], Node] = {(): top}
        for member in sorted(members, key=lambda member: member.parts or ()):
            self._add_member(nodes, file, member)

    def _add_member(self, nodes: dict[tuple[str, ...], Node], file: File, member: archive.Member) -> None:
        shown = encodable(f"{file.shown}/{'/'.join(member.parts or (member.name,))}")
        if member.parts is None or any(map(_is_hidden, member.parts)):
            _mark_repository(nodes, member.parts or ())
            self._pass_over(shown)
            return
        node = _make_folder(nodes, member.parts[:-1])
        found = File(file.place, shown, (*file.members, member.name))
        name = member.parts[-1].lower()
        if name.endswith(".ipynb"):
            node.notebooks.append(found)
        elif name.endswith(".zip") and len(file.members) < MAX_ARCHIVES_IN_ARCHIVES:
            self.add_archive(node, found)
        else:
            node.others.append(found)


def _unread_folder(path: Path, reason: Message) -> Node:
    file = replace(file_at(path), data=reason)
    return Node(compose(encodable(path.name)), file.shown, [file])


def _make_folder(nodes: dict[tuple[str, ...], Node], parts: tuple[str, ...]) -> Node:
    """The folder with this path in an archive, made if it is not there. `nodes`: the archive's folders by path."""
    if parts not in nodes:
        parent = _make_folder(nodes, parts[:-1])
        nodes[parts] = Node(compose(parts[-1]), f"{parent.shown}/{parts[-1]}")
        parent.folders.append(nodes[parts])
    return nodes[parts]


def _mark_repository(nodes: dict[tuple[str, ...], Node], parts: tuple[str, ...]) -> None:
    place = next((place for place, part in enumerate(parts) if _is_of_git(part)), None)
    if place is not None:
        _make_folder(nodes, parts[:place]).is_repository = True


def _is_of_git(name: str) -> bool:
    return name in {".git", ".github", ".gitignore", ".gitattributes"}


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in HIDDEN


def _stem(name: str) -> str:
    return name[:-4] if name.lower().endswith(".zip") else name
