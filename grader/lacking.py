"""Words for what this machine lacks, so that something can't be judged here: a package, or a newer Python."""

from __future__ import annotations

from collections.abc import Sequence

from grader.i18n import Message, Text, msg

_PYTHON = "Python "


def newer_python(version: tuple[int, int]) -> str:
    """The name of what is lacking where syntax is newer than the Python that notebooks run on."""
    return f"{_PYTHON}{version[0]}.{version[1]}"


def is_python(what: str) -> bool:
    """Whether it is a newer Python that is lacking, and not a package."""
    return what.startswith(_PYTHON)


def needs(what: str) -> Message:
    """Why something is ungraded, without a capital or a full stop."""
    if is_python(what):
        return msg("needs Python {version}", version=what.removeprefix(_PYTHON))
    return msg("needs {module}, which is not installed here", module=what)


def all_needs(lacking: Sequence[str]) -> Text:
    """The same for all that is lacking."""
    first, *rest = lacking
    return msg("{first}; {rest}", first=needs(first), rest=all_needs(rest)) if rest else needs(first)
