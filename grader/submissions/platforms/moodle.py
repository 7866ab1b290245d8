"""Moodle: "Full Name_1234567_assignsubmission_file", for a folder, or before a file's own name.

The number is that of the grading worksheet (mod/assign/classes/downloader.php).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from grader.people import Id, Namespace
from grader.submissions.platforms.owner import Owner, compose

_NAME = re.compile(r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<rest>.*))?", re.DOTALL)


def users(names: Iterable[str]) -> Mapping[str, Owner]:
    """Who handed in each of the files or folders of these names."""
    found = {name: match for name in names if (match := _NAME.fullmatch(compose(name)))}
    return {
        name: Owner(match["name"], Id(Namespace.MOODLE, match["id"]) if match["id"] else None)
        for name, match in found.items()
    }


def own_name(name: str) -> tuple[str, str] | None:
    match = _NAME.fullmatch(name)
    return (match["rest"] or name, "") if match else None
