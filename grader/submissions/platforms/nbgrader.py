"""nbgrader: "submitted/jan/ps1/name.ipynb", beside what the course gave out and what was graded before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from grader.submissions.tree import Node

SUBMITTED = "submitted"
TIMESTAMP = "timestamp.txt"
MAX_TIME = 100  # characters
_OTHERS = frozenset({"source", "release", "autograded", "feedback", "downloaded"})


def submitted(node: Node) -> Node | None:
    """The folder that holds a folder for each person, if this is nbgrader's folder of a course, or that folder."""
    if node.name == SUBMITTED and _holds_people(node):
        return node
    found = next((folder for folder in node.folders if folder.name == SUBMITTED), None)
    names = {folder.name for folder in node.folders}
    is_course = found is not None and not node.notebooks and names <= {SUBMITTED, *_OTHERS}
    return found if is_course and found is not None and _holds_people(found) else None


def handed_in(folder: Node) -> str:
    """When a person's folder was handed in, as the file that nbgrader puts there says, or ""."""
    noted = next((file for file in folder.all_files() if file.name == TIMESTAMP), None)
    data = noted.load() if noted is not None else b""
    return data.decode("utf-8", "replace").strip()[:MAX_TIME] if isinstance(data, bytes) else ""


def without_assignments(node: Node, names: Collection[str]) -> Node:
    """The tree without the folders and notebooks that are called as other assignments and their notebooks are. `names`:
    in lower case."""
    folders = [folder for folder in node.folders if folder.name.lower() not in names]
    notebooks = [file for file in node.notebooks if file.name.lower() not in names]
    return replace(node, notebooks=notebooks, folders=[without_assignments(folder, names) for folder in folders])


def _holds_people(node: Node) -> bool:
    """Whether there are folders in its folders, and no notebook outside these."""
    people = [folder for folder in node.folders if not folder.is_archive]
    return not node.notebooks and any(folder.folders for folder in people) and not any(one.notebooks for one in people)
