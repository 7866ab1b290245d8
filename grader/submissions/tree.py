"""Folders and archives as one tree of notebooks and other files. Hidden files are passed over."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.errors import UsageError
from grader.i18n import msg
from grader.submissions import archive
from grader.submissions.files import encodable
from grader.submissions.submission import File

RESULTS_MARK = ".grade.lock"
MAX_DEPTH = 40
MAX_ARCHIVES_IN_ARCHIVES = 2
HIDDEN = frozenset({"__MACOSX", "__pycache__", "node_modules", "lost+found"})
ROSTER = "roster.csv"
_CLOSED = msg("The folder can't be opened: the grader has no right to read it.")


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
    """

    name: str
    shown: str
    notebooks: list[File] = field(default_factory=list)
    others: list[File] = field(default_factory=list)
    folders: list[Node] = field(default_factory=list)
    is_archive: bool = False

    @property
    def file_name(self) -> str:
        """Its name in its folder; that of an archive with its ending."""
        return self.shown.replace("\\", "/").rpartition("/")[2] if self.is_archive else self.name

    def all_notebooks(self) -> Iterator[File]:
        """All notebooks in it and in the folders inside it."""
        yield from self.notebooks
        for folder in self.folders:
            yield from folder.all_notebooks()


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

    def read_folder(self, path: Path, depth: int = 0) -> Node:
        """The tree of a folder. Raise UsageError if it can't be opened."""
        node = Node(encodable(path.name or path.resolve().name), encodable(str(path)))
        try:
            inside = sorted(os.scandir(path), key=lambda item: item.name)
        except OSError as error:
            raise UsageError(
                f"{path} can't be opened: {error.strerror}. Give yourself the right to read it."
            ) from error
        for item in inside:
            self._add(node, item, Path(path, item.name), depth)
        return node

    def _add(self, node: Node, item: os.DirEntry[str], path: Path, depth: int) -> None:
        shown = encodable(str(path))
        is_folder, name = item.is_dir(follow_symlinks=False), item.name.lower()
        if is_folder and self._is_results(path):
            return
        if _is_hidden(item.name) or (item.is_symlink() and not name.endswith(".ipynb")):
            self._pass_over(shown, is_folder)
        elif name.endswith(".ipynb"):
            node.notebooks.append(File(path, shown))
        elif is_folder:
            self._add_folder(node, path, depth)
        elif name.endswith(".zip") and self._opens_archives:
            self.add_archive(node, File(path, shown))
        else:
            node.others.append(File(path, shown))

    def _add_folder(self, node: Node, path: Path, depth: int) -> None:
        shown = encodable(str(path))
        if depth >= MAX_DEPTH:
            self._pass_over(shown, is_folder=True)
            return
        try:
            node.folders.append(self.read_folder(path, depth + 1))
        except UsageError:
            node.folders.append(Node(encodable(path.name), shown, [File(path, shown, data=_CLOSED)]))

    def _is_results(self, path: Path) -> bool:
        return path.resolve() in self._skipped or os.path.lexists(path / RESULTS_MARK)

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
        top = Node(_stem(file.name), file.shown, is_archive=True)
        node.folders.append(top)
        for member in sorted(members, key=lambda member: member.parts or ()):
            self._add_member(top, file, member)

    def _add_member(self, top: Node, file: File, member: archive.Member) -> None:
        shown = encodable(f"{file.shown}/{'/'.join(member.parts or (member.name,))}")
        if member.parts is None or any(map(_is_hidden, member.parts)):
            self._pass_over(shown)
            return
        node = _make_folder(top, member.parts[:-1])
        found = File(file.path, shown, (*file.members, member.name))
        name = member.parts[-1].lower()
        if name.endswith(".ipynb"):
            node.notebooks.append(found)
        elif name.endswith(".zip") and len(file.members) < MAX_ARCHIVES_IN_ARCHIVES:
            self.add_archive(node, found)
        else:
            node.others.append(found)


def _make_folder(top: Node, parts: Sequence[str]) -> Node:
    node = top
    for part in parts:
        below = next((folder for folder in node.folders if folder.name == part and not folder.is_archive), None)
        if below is None:
            below = Node(part, f"{node.shown}/{part}")
            node.folders.append(below)
        node = below
    return node


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in HIDDEN


def _stem(name: str) -> str:
    return name[:-4] if name.lower().endswith(".zip") else name
