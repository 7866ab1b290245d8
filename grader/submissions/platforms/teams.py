"""Microsoft Teams: "Submitted files/Anna Kot/Assignment/Version 2/name.ipynb". The newest version was handed in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from grader.i18n import Text, msg
from grader.submissions.tree import Node

_VERSION = re.compile(r"(?:version|wersja) ?(?P<number>[1-9]\d{0,3})", re.IGNORECASE)
_SUBMITTED = frozenset({"submitted files", "przesłane pliki"})
_WORKING = frozenset({"working files", "pliki robocze"})


def holds_people(name: str) -> bool:
    """Whether Teams gives this name to a folder with a folder for each person."""
    return name.casefold() in _SUBMITTED | _WORKING


def apart(folders: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """Folders that stand together without those of what people still work on, and these, where what they handed in
    stands beside."""
    names = [folder.name.casefold() for folder in folders]
    passed_over = _WORKING if _SUBMITTED.intersection(names) else frozenset()
    parts: tuple[list[Node], list[Node]] = ([], [])
    for folder, name in zip(folders, names, strict=True):
        parts[name in passed_over].append(folder)
    return parts


def are_versions(folders: Sequence[Node]) -> bool:
    """Whether folders that stand together are versions of one thing. A single other one says that they are not."""
    return bool(folders) and all(_number(folder) for folder in folders)


def newest(node: Node) -> tuple[Node, tuple[Text, ...]]:
    """A person's folder with the newest version of each thing, and what is to be said of the others. A version without
    a notebook counts only where none has any."""
    if not are_versions(node.folders):
        folders = [newest(folder) for folder in node.folders]
        return replace(node, folders=[folder for folder, _ in folders]), tuple(
            note for _, notes in folders for note in notes
        )
    ordered = sorted(node.folders, key=_number)
    latest = next((folder for folder in reversed(ordered) if any(folder.all_notebooks())), ordered[-1])
    kept, notes = newest(latest)
    earlier = ordered[: ordered.index(latest)]
    if any(any(folder.all_notebooks()) for folder in earlier):
        names = ", ".join(folder.name for folder in earlier)
        text = msg(
            "{newest} counts, the newest that was handed in. These do not: {names}.", newest=latest.name, names=names
        )
        notes = (text, *notes)
    return replace(node, folders=[kept]), notes


def _number(folder: Node) -> int:
    match = _VERSION.fullmatch(folder.name)
    return int(match["number"]) if match and not folder.is_archive else 0
