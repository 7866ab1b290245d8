"""Blackboard: "Assignment_username_attempt_2026-06-01-12-00-00_name.ipynb", for a file.

Beside each attempt's files stands "Assignment_username_attempt_2026-06-01-12-00-00.txt", which Blackboard itself
writes: its first line has the full name, and the user name in parentheses. A participant's own .txt has a name behind
the time, so it is never taken for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from grader.people import Id, Namespace
from grader.submissions.platforms.owner import Owner, compose
from grader.submissions.submission import File

_NAME = re.compile(
    r"(?P<head>.+?_.+?)_attempt_(?P<at>\d{4}(?:-\d\d){5})(?:_(?P<rest>.+)|(?P<receipt>\.txt))?", re.DOTALL
)
_FIRST_LINE = re.compile(r"[^:]{1,40}: *(?P<name>.+?) *\((?P<login>[^()]+)\) *")


def users(level: Mapping[str, File | None]) -> Mapping[str, Owner]:
    """Who handed in each of the files. The receipts say where the assignment's name ends and the user name begins;
    without any, what is before it is the same for everybody."""
    found = {name: match for name in level if (match := _NAME.fullmatch(compose(name)))}
    people = _receipts({match["head"]: level[name] for name, match in found.items() if match["receipt"]})
    assignment = _assignment([match["head"] for match in found.values()])
    return {name: people.get(match["head"]) or _user(match["head"], assignment) for name, match in found.items()}


def own_name(name: str) -> tuple[str, str] | None:
    match = _NAME.fullmatch(name)
    return (match["rest"] or name, match["at"]) if match else None


def _receipts(files: Mapping[str, File | None]) -> Mapping[str, Owner]:
    """The people whose receipts can be read, each by what stands before the time in the file's name."""
    people = {}
    for head, file in files.items():
        data = file.load() if file is not None else b""
        text = data.decode("utf-8-sig", "replace") if isinstance(data, bytes) else ""
        match = _FIRST_LINE.fullmatch(compose(text.strip().partition("\n")[0].strip()))
        if match and head.endswith(f"_{match['login']}"):
            people[head] = Owner(match["name"], Id(Namespace.LOGIN, match["login"]))
    return people


def _assignment(heads: Iterable[str]) -> str:
    """What all names begin with, up to an underscore; nothing where only one user is there."""
    different: Sequence[str] = sorted(set(heads))
    if len(different) < 2:
        return ""
    pairs = zip(different[0], different[-1], strict=False)  # what the first and the last share, all do
    shared = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return shared[: shared.rfind("_") + 1]


def _user(head: str, assignment: str) -> Owner:
    login = head.removeprefix(assignment) if assignment else head.rpartition("_")[2]
    return Owner(login, Id(Namespace.LOGIN, login))
