"""nbgrader: "submitted/jan/ps1/name.ipynb", beside what the course gave out and what was graded before."""

from __future__ import annotations

from grader.submissions.tree import Node

SUBMITTED = "submitted"
_OTHERS = frozenset({"source", "release", "autograded", "feedback", "downloaded"})


def submitted(node: Node) -> Node | None:
    """The folder that holds a folder for each person, if this is nbgrader's folder of a course, or that folder."""
    if node.name == SUBMITTED and _holds_people(node):
        return node
    found = next((folder for folder in node.folders if folder.name == SUBMITTED), None)
    names = {folder.name for folder in node.folders}
    is_course = found is not None and not node.notebooks and names <= {SUBMITTED, *_OTHERS}
    return found if is_course and found is not None and _holds_people(found) else None


def _holds_people(node: Node) -> bool:
    """Whether there are folders in its folders, and no notebook outside these."""
    people = [folder for folder in node.folders if not folder.is_archive]
    return not node.notebooks and any(folder.folders for folder in people) and not any(one.notebooks for one in people)
