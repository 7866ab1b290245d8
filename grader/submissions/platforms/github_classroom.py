"""GitHub Classroom: "assignment-username", for a clone of each participant's repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from grader.people import Id, Namespace
from grader.submissions.platforms.owner import Owner
from grader.submissions.tree import Node

_BRANCHES = ("-main", "-master")


def users(folders: Sequence[Node], parent: str, is_login: Callable[[str], bool]) -> Mapping[str, Owner]:
    """Whose each of the folders that stand together is, if most begin with the assignment's name, and if something says
    that they are repositories: the name of the folder around them, git's own files in them, or a list that has these
    user names. One that begins otherwise keeps its name."""
    names = [folder.name for folder in folders]
    branch = next((branch for branch in _BRANCHES if all(name.endswith(branch) for name in names)), "")
    stems = {name: name.removesuffix(branch) for name in names}
    prefix = _prefix([*stems.values()])
    logins = {name: stem.removeprefix(prefix) for name, stem in stems.items() if stem.startswith(prefix) and prefix}
    if len(logins) < 2 or 2 * len(logins) <= len(names):
        return {}
    repositories = sum(folder.is_repository for folder in folders if folder.name in logins)
    is_told = parent == f"{prefix}submissions" or 2 * repositories > len(logins)
    if not is_told and 2 * sum(map(is_login, logins.values())) <= len(logins):
        return {}
    return {name: Owner(login, Id(Namespace.LOGIN, login)) for name, login in logins.items()}


def _prefix(names: Sequence[str]) -> str:
    """The beginning, up to a hyphen, that most names have before something else, and of those the longest."""
    counts = Counter(
        name[: place + 1] for name in names for place, letter in enumerate(name) if letter == "-" and name[place + 1 :]
    )
    shared = [prefix for prefix, count in counts.items() if 2 * count > len(names)]
    return max(shared, key=lambda prefix: (counts[prefix], len(prefix)), default="")
