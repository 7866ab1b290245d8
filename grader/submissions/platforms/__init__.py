"""Learning platforms: how each names what a trainer downloads from it. One module for each platform.

A name is never read by itself: of the names that stand together, the platform that explains most of them has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.submissions.platforms import blackboard, brightspace, canvas, google_forms, moodle
from grader.submissions.platforms.owner import Owner, compose
from grader.submissions.submission import File

Level = Mapping[str, File | None]
"""The names that stand together, with their files. A folder and an opened archive have none."""
_OF_FILES: tuple[Callable[[Level], Mapping[str, Owner]], ...] = (
    moodle.users,
    blackboard.users,
    brightspace.users,
    canvas.users,
    google_forms.users,
)
_OF_FOLDERS: tuple[Callable[[Level], Mapping[str, Owner]], ...] = (moodle.users, brightspace.users)


def users(level: Level) -> dict[str, Owner]:
    """Who handed in each of the files that stand together, as far as a platform named them."""
    return _users(level, _OF_FILES)


def folder_users(level: Level) -> dict[str, Owner]:
    """Who handed in each of the folders that stand together, as far as a platform named them."""
    return _users(level, _OF_FOLDERS)


def _users(level: Level, platforms: tuple[Callable[[Level], Mapping[str, Owner]], ...]) -> dict[str, Owner]:
    found: dict[str, Owner] = {}
    rest = level
    while rest:
        best = max((read(rest) for read in platforms), key=len)
        if not best:
            break
        found.update(best)
        rest = {name: file for name, file in rest.items() if name not in best}
    return {name: found[name] for name in level if name in found}


def told(name: str) -> Owner | None:
    """Who handed in something of this name, where it is so telling that its neighbours need not be asked."""
    found = (users({name: None}).get(name) for users in (moodle.users, blackboard.users, brightspace.users))
    return next(filter(None, found), None)


def own_name(name: str) -> tuple[str, str]:
    """The name that the participant gave to a file, and which of the participant's attempts the platform says it is
    of. The name as it is where no platform has lengthened it."""
    name = compose(name)
    found = (own(name) for own in (moodle.own_name, blackboard.own_name, brightspace.own_name, canvas.own_name))
    return next(filter(None, found), (name, ""))
