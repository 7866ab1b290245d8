"""What a rule on exceptions is, and what it may look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from grader.i18n import Message, Text, Titles
from grader.model import Cell
from grader.submissions.bound_names import BoundNames

MAX_SHOWN = 60  # characters of a participant's text that a hint quotes


@dataclass(frozen=True, slots=True)
class Fault:
    """An exception as the kernel reported it.

    Attributes:
        type: the exception's class.
        text: its message, in Python's own English.
        code: the participant's line that it came from.
        cell: the index of the cell that was running; None where a check called a function, after all cells.
        callers: the lines from which it was called, from the outermost function or cell inwards.
    """

    type: str
    text: str
    code: str = ""
    cell: int | None = None
    callers: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotebookContext:
    """What a rule may look at beside the exception.

    Attributes:
        names: the names that the notebook binds.
        broken: the indices of the cells that did not run to their end.
        course_hints: the name of a rule to what the course says in its place.
        cells: the code cells.
        opening: the names that the course's opening cells define.
        walls: the walls that stood around the notebook.
    """

    names: BoundNames
    broken: frozenset[int] = frozenset()
    course_hints: Mapping[str, Titles] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()
    opening: frozenset[str] = frozenset()
    walls: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """An exception that a rule matches, where it was met, and what the rule's pattern found in its message."""

    fault: Fault
    notebook: NotebookContext
    found: re.Match[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """What usually causes exceptions of some kind.

    Attributes:
        name: of the cause, as reports and statistics call it.
        types: the exceptions' classes, with spaces between.
        pattern: a regular expression that is searched for in the message.
        hint: a text with places for the pattern's groups and for `code`, or a function that makes one; it gives None
            where the rule does not apply after all.
    """

    name: str
    types: str
    pattern: str
    hint: Message | Callable[[Match], Text | None]

    def explain(self, fault: Fault, notebook: NotebookContext) -> Text | None:
        """The hint for an exception; None where the rule does not match."""
        found = re.search(self.pattern, fault.text) if fault.type in self.types.split() else None
        if found is None:
            return None
        if not isinstance(self.hint, Message):
            return self.hint(Match(fault, notebook, found))
        groups = {key: cut(value) for key, value in found.groupdict().items() if value is not None}
        return msgspec.structs.replace(self.hint, values={"code": cut(fault.code) or "…", **groups})


def cut(text: str) -> str:
    """A participant's text in one line of at most MAX_SHOWN characters."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
