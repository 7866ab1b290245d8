"""Brightspace (D2L): "12345-67890 - Anna Kot - Jun 1, 2026 1200 PM", for a folder, or before a file's own name.

The numbers are the user's and the submission's. The date is written as people do it in the trainer's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from grader.people import Id, Namespace
from grader.submissions.platforms.owner import Owner, compose

_NAME = re.compile(
    r"(?P<user>\d{3,})-(?P<submission>\d{3,}) ?- ?(?P<name>.+?) ?- "
    r"(?P<at>[^-]*\d{4}[^-]*?|\d{4}-\d\d-\d\d[^-]*?)(?: ?- (?P<rest>.+))?",
    re.DOTALL,
)


def users(names: Iterable[str]) -> Mapping[str, Owner]:
    """Who handed in each of the files or folders of these names. Where everybody has the same first number, that is not
    the user's."""
    found = {name: match for name in names if (match := _NAME.fullmatch(compose(name)))}
    pairs = {(match["user"], match["name"]) for match in found.values()}
    number = "user" if len({user for user, _ in pairs}) == len(pairs) else "submission"
    return {name: Owner(match["name"], Id(Namespace.OTHER, match[number])) for name, match in found.items()}


def own_name(name: str) -> tuple[str, str] | None:
    match = _NAME.fullmatch(name)
    return (match["rest"] or name, match["at"]) if match else None
