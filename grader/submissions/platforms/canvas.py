"""Canvas: "lastfirst_LATE_12345_678910_name.ipynb", for a file.

The user's name without blanks, whether it came late, the user's number (or anon_ and letters), the file's number, and
the file's own name, with -1 and so on before its ending when it was handed in again (lib/content_zipper.rb).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from grader.people import Id, Namespace
from grader.submissions.platforms.owner import Owner, compose

_NAME = re.compile(
    r"(?:(?P<name>[^\W_]\w*?)_)??(?P<late>LATE_)?(?:(?P<id>[1-9]\d*)|(?P<anonymous>anon_[A-Za-z0-9]+))"
    r"_(?P<file>[1-9]\d*)_(?P<rest>.+)",
    re.DOTALL,
)


def users(names: Collection[str]) -> Mapping[str, Owner]:
    """Who handed in each of the files that stand together, if they are Canvas's: most of them look so, no file's number
    comes twice, and each user's number has one name. Many a name of another kind has numbers in it too."""
    found = {name: match for name in names if (match := _NAME.fullmatch(compose(name)))}
    people = {name: _user(match) for name, match in found.items()}
    numbers = [match["file"] for match in found.values()]
    pairs = {(who.name, who.id) for who in people.values()}
    sound = (
        2 * len(found) > len(names)
        and len(set(numbers)) == len(numbers)
        and len({id for _, id in pairs}) == len(pairs)
        and all(name == name.lower() for name, _ in pairs if not name.startswith("anon_"))
    )
    return people if sound else {}


def own_name(name: str) -> tuple[str, str] | None:
    match = _NAME.fullmatch(name)
    return (match["rest"], "") if match else None


def _user(match: re.Match[str]) -> Owner:
    name = match["name"] or match["anonymous"] or match["id"]
    return Owner(name, Id(Namespace.CANVAS, match["id"] or match["anonymous"]), bool(match["late"]))
